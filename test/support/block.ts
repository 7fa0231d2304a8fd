import { setImmediate as nextTurn } from 'node:timers/promises';

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));

/** Holds the event loop up, then lets it run everything that has become due. */
export async function block(ms: number): Promise<void> {
  Atomics.wait(nobodyWakes, 0, 0, ms);
  // The timers that are due run before the second turn.
  await nextTurn();
  await nextTurn();
}
