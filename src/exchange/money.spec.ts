import { describe, expect, it } from 'vitest';
import { formatUsd, toPicoUsd } from './money.js';

describe('toPicoUsd', () => {
  it.each([
    [0, 0n],
    [1, 1_000_000_000_000n],
    [0.000123, 123_000_000n],
    [0.1 + 0.2, 300_000_000_000n],
    [1e-12, 1n],
    [4e-13, 0n],
    [1_000_000, 1_000_000_000_000_000_000n],
  ])('of %d USD is %d', (usd, picoUsd) => {
    expect(toPicoUsd(usd)).toBe(picoUsd);
  });
});

describe('formatUsd', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000000001'],
    [123_000_000n, '0.000123'],
    [1_000_000_000_000n, '1'],
    [12_500_000_000_000n, '12.5'],
    [10_000_000_000_000n, '10'],
    [1_000_000_000_001n, '1.000000000001'],
    [123_456_789_012_345_678_901n, '123456789.012345678901'],
  ])('of %d picodollars is %s', (picoUsd, text) => {
    expect(formatUsd(picoUsd)).toBe(text);
  });

  it('never writes an exponent, which a decimal parser would not read', () => {
    for (let zeros = 0; zeros < 30; zeros++) expect(formatUsd(10n ** BigInt(zeros))).toMatch(/^\d+(\.\d+)?$/);
  });
});
