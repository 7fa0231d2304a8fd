import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import type { Mode } from './faulty-client.js';
import type { Dialect } from './tongues/tongue.js';

/** Read by `scripts/fault-table.js`. */
const DIRECTORY = fileURLToPath(new URL('../../coverage/faults', import.meta.url));

/** One cell of the table in `docs/resilience.md`. */
export interface Cell {
  /** As the table's first column names it. */
  readonly fault: string;
  readonly client: Dialect;
  readonly mode: Mode;
  /** What the caller gets, in a few words. */
  readonly outcome: string;
}

/** In the order in which they were promised; tests that run at once end in any order. */
const cells: { readonly cell: Cell; passed: boolean | undefined }[] = [];

/** Promises a cell. The function that it returns runs a test's checks and notes how they went. */
export function promised(cell: Cell): (run: () => Promise<void>) => Promise<void> {
  const noted: (typeof cells)[number] = { cell, passed: undefined };
  cells.push(noted);
  return async (run) => {
    noted.passed = false;
    await run();
    noted.passed = true;
  };
}

/** Has this file's part of the table written when its tests are over. */
export function writeFaults(): void {
  afterAll(() => {
    const spec = expect.getState().testPath;
    if (spec === undefined) throw new Error('no spec file is running');
    mkdirSync(DIRECTORY, { recursive: true });
    const told = cells.flatMap(({ cell, passed }) => (passed === undefined ? [] : Object.assign({ passed }, cell)));
    writeFileSync(join(DIRECTORY, `${basename(spec, '.ts')}.json`), JSON.stringify(told, undefined, 1));
  });
}
