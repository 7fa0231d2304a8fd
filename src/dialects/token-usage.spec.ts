import { describe, expect, it } from 'vitest';
import { type TokenUsage, addUsage, partition } from './token-usage.js';

describe('partition', () => {
  it.each([
    [10, [3, undefined, 2], [5, 3, undefined, 2]],
    [5, [50, 3], [0, 5, 0]],
    [undefined, [undefined, 7], [0, undefined, 7]],
    [0, [], [0]],
  ])('of %j into %j adds up to the whole: %j', (total, parts, expected) => {
    expect(partition(total, ...parts)).toEqual(expected);
  });
});

describe('addUsage', () => {
  it('adds bucket by bucket, and leaves unknown what neither reports', () => {
    const a: TokenUsage = { inputTokens: 3, outputTokens: 4, cacheReadTokens: 1 };
    const b: TokenUsage = { inputTokens: 5, outputTokens: 6, reasoningTokens: 2 };
    expect(addUsage(a, b)).toEqual({ inputTokens: 8, outputTokens: 10, cacheReadTokens: 1, reasoningTokens: 2 });
  });

  it('takes a bucket that is named without a number for one that is not reported', () => {
    const silent = { inputTokens: 1, outputTokens: 1, cacheReadTokens: undefined } as unknown as TokenUsage;
    expect(addUsage(silent, { inputTokens: 1, outputTokens: 1, cacheReadTokens: 2 }).cacheReadTokens).toBe(2);
    expect(addUsage({ inputTokens: 1, outputTokens: 1, cacheReadTokens: 2 }, silent).cacheReadTokens).toBe(2);
  });
});
