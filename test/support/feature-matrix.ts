import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

/** Read by `scripts/feature-table.js`. */
const DIRECTORY = fileURLToPath(new URL('../../coverage/features', import.meta.url));

export type Feature =
  | 'chat'
  | 'stream'
  | 'tools'
  | 'streamed tools'
  | 'structured output'
  | 'reasoning'
  | 'images'
  | 'errors'
  | 'usage'
  | 'token count'
  | 'embeddings';

interface Cell {
  readonly client: string;
  readonly vendor: string;
  readonly feature: Feature;
  readonly passed: boolean;
}

const cells: Cell[] = [];

/**
 * A test's function that also tells the README's table how it went.
 * @param vendor the vendor's dialect; `undefined` for a test that is not of the gateway
 */
export function shows(
  { client, vendor }: { readonly client: string; readonly vendor: string | undefined },
  feature: Feature,
  run: () => Promise<void>,
): () => Promise<void> {
  if (vendor === undefined) return run;
  return async () => {
    let passed = false;
    try {
      await run();
      passed = true;
    } finally {
      cells.push({ client, vendor, feature, passed });
    }
  };
}

/** Has this file's part of the table written when its tests are over. */
export function writeFeatures(): void {
  afterAll(() => {
    const spec = expect.getState().testPath;
    if (spec === undefined) throw new Error('no spec file is running');
    mkdirSync(DIRECTORY, { recursive: true });
    writeFileSync(join(DIRECTORY, `${basename(spec, '.ts')}.json`), JSON.stringify(cells, undefined, 1));
  });
}
