import { describe, expect, it } from 'vitest';
import { formatDuration } from './duration.js';

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [0.2, '1ms'],
    [12, '12ms'],
    [999, '999ms'],
    [999.5, '1s'],
    [1_000, '1s'],
    [1_001, '2s'],
    [59_000, '59s'],
    [59_001, '1m0s'],
    [60_000, '1m0s'],
    [61_500, '1m2s'],
    [360_000, '6m0s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
