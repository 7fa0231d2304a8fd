import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

const options = { baseDelayMs: 500, maxDelayMs: 8_000 };

describe('backoffMs', () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [5, 8_000],
    [6, 8_000],
    [10_000, 8_000],
  ])('after %i failures is between half of %i and all of it', (failures, mostMs) => {
    expect(backoffMs(failures, options, 0)).toBe(mostMs / 2);
    expect(backoffMs(failures, options, 0.5)).toBe(0.75 * mostMs);
    expect(backoffMs(failures, options, 1)).toBe(mostMs);
  });

  it('is spread over its whole range, so that clients do not come back together', () => {
    const waits = Array.from({ length: 2_000 }, () => backoffMs(3, options));
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(1_000);
    for (const wait of waits) expect(wait).toBeLessThan(2_000);
    for (const tenth of Array(10).keys()) {
      expect(waits.some((wait) => wait >= 1_000 + tenth * 100 && wait < 1_100 + tenth * 100)).toBe(true);
    }
  });

  it('is 0 where no delay is wanted', () => {
    expect(backoffMs(3, { baseDelayMs: 0, maxDelayMs: 8_000 })).toBe(0);
    expect(backoffMs(3, { baseDelayMs: 500, maxDelayMs: 0 })).toBe(0);
  });
});
