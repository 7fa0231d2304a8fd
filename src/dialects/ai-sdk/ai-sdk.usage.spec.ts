import type { LanguageModelV2Usage, LanguageModelV4Usage } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { readUsage } from './ai-sdk.usage.js';

const none = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };

function nested(
  input: Partial<LanguageModelV4Usage['inputTokens']>,
  output: Partial<LanguageModelV4Usage['outputTokens']>,
) {
  return { inputTokens: { ...none, ...input }, outputTokens: { text: undefined, reasoning: undefined, ...output } };
}

describe('usage of the AI SDK', () => {
  it('is in buckets that add up to the totals', () => {
    const usage = nested({ total: 100, noCache: 40, cacheRead: 50, cacheWrite: 10 }, { total: 20, reasoning: 5 });
    expect(readUsage(usage)).toEqual({
      inputTokens: 40,
      cacheReadTokens: 50,
      cacheWriteTokens: 10,
      outputTokens: 20,
      reasoningTokens: 5,
    });
  });

  it('takes what was written to a cache out of a `noCache` that includes it', () => {
    const usage = nested({ total: 100, noCache: 50, cacheRead: 50, cacheWrite: 10 }, { total: 1 });
    expect(readUsage(usage)).toMatchObject({ inputTokens: 40 });
  });

  it('understands V2, whose packages disagree on whether the total includes cached tokens', () => {
    const flat: LanguageModelV2Usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15, cachedInputTokens: 4 };
    expect(readUsage(flat)).toEqual({ inputTokens: 6, cacheReadTokens: 4, outputTokens: 5 });
    expect(readUsage({ ...flat, cachedInputTokens: 90 })).toMatchObject({ inputTokens: 10, cacheReadTokens: 90 });
  });

  it('adds the parts up where there is no total', () => {
    expect(readUsage(nested({ noCache: 3 }, { text: 1, reasoning: 2 }))).toMatchObject({
      inputTokens: 3,
      outputTokens: 3,
    });
  });

  it.each([
    ['nothing', undefined],
    ['no counts', nested({}, {})],
    ['zeros, which some packages make up', nested({ total: 0 }, { total: 0 })],
  ])('is unknown for %s', (_, usage) => {
    expect(readUsage(usage)).toBeUndefined();
  });
});
