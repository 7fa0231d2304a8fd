import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryLimitStore } from './memory-limit-store.js';

const MINUTE_MS = 60_000;

describe('MemoryLimitStore', () => {
  let store: MemoryLimitStore;
  beforeEach(() => {
    vi.useFakeTimers();
    store = new MemoryLimitStore();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const hit = (key: string, limit = 2) => store.increment(key, MINUTE_MS, limit);

  it('lets as many hits pass as are allowed, and blocks from the next', async () => {
    expect(await hit('a')).toEqual({ totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 });
    expect(await hit('a')).toMatchObject({ totalHits: 2, isBlocked: false });
    vi.advanceTimersByTime(15_500);
    expect(await hit('a')).toEqual({ totalHits: 3, timeToExpire: 44.5, isBlocked: true, timeToBlockExpire: 44.5 });
  });

  it('does not make the window longer by hits that were blocked', async () => {
    for (let sent = 0; sent < 10; sent++) await hit('a');
    vi.advanceTimersByTime(MINUTE_MS - 1);
    expect(await hit('a')).toMatchObject({ isBlocked: true, timeToExpire: 0.001 });
    vi.advanceTimersByTime(1);
    expect(await hit('a')).toEqual({ totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 });
  });

  it('keeps callers apart', async () => {
    for (let sent = 0; sent < 5; sent++) await hit('a');
    for (const key of ['b', 'a:', 'constructor', '__proto__', 'toString', '']) {
      expect(await hit(key)).toMatchObject({ totalHits: 1, isBlocked: false });
    }
  });

  it('counts hits that come at once', async () => {
    const records = await Promise.all(Array.from({ length: 50 }, () => hit('a', 20)));
    expect(records.filter(({ isBlocked }) => isBlocked)).toHaveLength(30);
    expect(new Set(records.map(({ totalHits }) => totalHits)).size).toBe(50);
  });

  it('forgets a caller whose window is over', async () => {
    for (let caller = 0; caller < 1_000; caller++) await hit(`caller ${caller}`);
    expect(vi.getTimerCount()).toBe(1_000);
    vi.advanceTimersByTime(MINUTE_MS);
    expect(vi.getTimerCount()).toBe(0);
  });
});
