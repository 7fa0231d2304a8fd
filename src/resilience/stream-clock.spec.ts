import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StreamClock } from './stream-clock.js';

const FIRST_MS = 1_000;
const IDLE_MS = 300;
const left = new Error('the client left');
const expired = (afterMs: number): Error => new Error(`silent for ${afterMs} ms`);
const never = (): Promise<never> => new Promise(() => {});

describe('StreamClock', () => {
  let parent: AbortController;
  let clock: StreamClock;

  beforeEach(() => {
    vi.useFakeTimers();
    parent = new AbortController();
    clock = new StreamClock(parent.signal, FIRST_MS, expired);
  });
  afterEach(() => {
    clock.end();
    vi.useRealTimers();
  });

  /** Why the clock has ended the call, if it has. */
  const ended = (): unknown => (clock.signal.aborted ? (clock.signal.reason as Error).message : undefined);

  it('ends a call whose first event does not come in time', () => {
    vi.advanceTimersByTime(FIRST_MS - 1);
    expect(ended()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(ended()).toBe('silent for 1000 ms');
  });

  it('gives the first event no more time for comments that come before it', async () => {
    for (let sent = 0; sent < 3; sent++) {
      vi.advanceTimersByTime(300);
      await clock.read(async () => 'comment');
    }
    void clock.read(never);
    vi.advanceTimersByTime(100);
    expect(ended()).toBe('silent for 1000 ms');
  });

  it('still waits for the first event when nobody read at the moment its time was over', async () => {
    await clock.read(async () => 'comment');
    vi.advanceTimersByTime(FIRST_MS);
    expect(ended()).toBeUndefined();
    void clock.read(never);
    vi.advanceTimersByTime(FIRST_MS);
    expect(ended()).toBe('silent for 1000 ms');
  });

  it('gives each read of a stream that has begun the same time', async () => {
    clock.begin(IDLE_MS);
    for (let sent = 0; sent < 10; sent++) {
      const { promise, resolve } = Promise.withResolvers<string>();
      const read = clock.read(() => promise);
      vi.advanceTimersByTime(IDLE_MS - 1);
      resolve('chunk');
      await expect(read).resolves.toBe('chunk');
    }
    expect(ended()).toBeUndefined();
    void clock.read(never);
    vi.advanceTimersByTime(IDLE_MS);
    expect(ended()).toBe('silent for 300 ms');
  });

  it('does not blame the vendor for a slow reader', async () => {
    clock.begin(IDLE_MS);
    await clock.read(async () => 'chunk');
    vi.advanceTimersByTime(100 * IDLE_MS);
    expect(ended()).toBeUndefined();
    void clock.read(never);
    vi.advanceTimersByTime(IDLE_MS - 1);
    expect(ended()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(ended()).toBe('silent for 300 ms');
  });

  it('hands on why a read failed, and waits no longer', async () => {
    clock.begin(IDLE_MS);
    await expect(clock.read(() => Promise.reject(left))).rejects.toBe(left);
    vi.advanceTimersByTime(10 * IDLE_MS);
    expect(ended()).toBeUndefined();
  });

  it('ends with the request', () => {
    parent.abort(left);
    expect(clock.signal.reason).toBe(left);
  });

  it('is ended from the start for a request that is over', () => {
    const late = new StreamClock(AbortSignal.abort(left), FIRST_MS, expired);
    expect(late.signal.reason).toBe(left);
    late.end();
  });

  it.each([false, true])('ends the call, and leaves no timer and no ear on the request, begun: %s', (hasBegun) => {
    if (hasBegun) clock.begin(IDLE_MS);
    clock.end();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(10 * FIRST_MS);
    parent.abort(left);
    expect(ended()).toBe('the call is over');
  });
});
