import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.spec.ts'], setupFiles: ['reflect-metadata'] } },
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
