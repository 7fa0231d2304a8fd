import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts'],
          setupFiles: ['reflect-metadata', 'test/support/quiet-logger.ts'],
          // Loading the modules anew for each file costs more than the tests.
          isolate: false,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['test/**/*.spec.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
    ],
  },
});
