import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../../test/support/recordings.js';
import { readUsage } from './openai-chat.usage.js';

describe('readUsage', () => {
  it('puts cached, audio and reasoning tokens into buckets that do not overlap', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 60, audio_tokens: 15 },
      completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 5 },
    };
    expect(readUsage(usage)).toEqual({
      inputTokens: 25,
      cacheReadTokens: 60,
      audioInputTokens: 15,
      outputTokens: 45,
      audioOutputTokens: 5,
      reasoningTokens: 20,
    });
  });

  it('says undefined, not 0, for what the vendor did not report', () => {
    const usage = readUsage({ prompt_tokens: 3, completion_tokens: 4 });
    expect(usage).toEqual({ inputTokens: 3, outputTokens: 4 });
    expect(usage?.cacheReadTokens).toBeUndefined();
    expect(readUsage({ prompt_tokens: 3, prompt_tokens_details: { cached_tokens: 0 } })?.cacheReadTokens).toBe(0);
  });

  it('keeps tokens that were written to a cache apart', () => {
    const details = { cached_tokens: 2569, cache_write_tokens: 79 };
    const usage = readUsage({ prompt_tokens: 2649, completion_tokens: 100, prompt_tokens_details: details });
    expect(usage).toMatchObject({ inputTokens: 1, cacheReadTokens: 2569, cacheWriteTokens: 79 });
  });

  it.each([[undefined], [null], [7], ['12'], [[]], [{}], [{ total_tokens: 7 }]])('finds no counts in %j', (usage) => {
    expect(readUsage(usage)).toBeUndefined();
  });

  it.each([[-1], [1.5], [NaN], [1e20], ['7'], [null], [{}]])('does not take %j for a count', (count) => {
    const usage = { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cached_tokens: count } };
    expect(readUsage(usage)).toEqual({ inputTokens: 9, outputTokens: 2 });
    expect(readUsage({ prompt_tokens: count, completion_tokens: 2 })).toEqual({ inputTokens: 0, outputTokens: 2 });
  });

  it.each([[null], ['x'], [7]])('reads the totals when the details are %j', (details) => {
    const usage = { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: details };
    expect(readUsage(usage)).toEqual({ inputTokens: 9, outputTokens: 2 });
  });

  it('adds up to what the vendor counted when a part is larger than its whole', () => {
    const usage = {
      prompt_tokens: 5,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 50, audio_tokens: 3 },
      completion_tokens_details: { audio_tokens: 7 },
    };
    expect(readUsage(usage)).toEqual({
      inputTokens: 0,
      cacheReadTokens: 5,
      audioInputTokens: 0,
      outputTokens: 0,
      audioOutputTokens: 2,
    });
  });
});

describe('readUsage of other vendors', () => {
  it.each<[vendor: string, usage: object, read: object]>([
    [
      'xAI, whose completion tokens leave out reasoning',
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 115,
        completion_tokens_details: { reasoning_tokens: 100 },
      },
      { inputTokens: 10, outputTokens: 105, reasoningTokens: 100 },
    ],
    [
      'OpenAI, whose completion tokens hold it',
      {
        prompt_tokens: 10,
        completion_tokens: 105,
        total_tokens: 115,
        completion_tokens_details: { reasoning_tokens: 100 },
      },
      { inputTokens: 10, outputTokens: 105, reasoningTokens: 100 },
    ],
    [
      'Perplexity, whose totals leave out reasoning',
      {
        prompt_tokens: 33,
        completion_tokens: 7,
        total_tokens: 40,
        citation_tokens: 9,
        num_search_queries: 2,
        reasoning_tokens: 99,
      },
      { inputTokens: 33, outputTokens: 7 },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 10, completion_tokens: 5, prompt_cache_hit_tokens: 8, prompt_cache_miss_tokens: 2 },
      { inputTokens: 2, cacheReadTokens: 8, outputTokens: 5 },
    ],
    [
      'LiteLLM',
      { prompt_tokens: 10, completion_tokens: 5, cache_read_input_tokens: 4, cache_creation_input_tokens: 3 },
      { inputTokens: 3, cacheReadTokens: 4, cacheWriteTokens: 3, outputTokens: 5 },
    ],
    [
      'Moonshot',
      { prompt_tokens: 10, completion_tokens: 5, cached_tokens: 4 },
      { inputTokens: 6, cacheReadTokens: 4, outputTokens: 5 },
    ],
    [
      'OpenRouter, with money beside the tokens',
      {
        prompt_tokens: 1,
        completion_tokens: 2,
        cost: 0.1,
        is_byok: false,
        completion_tokens_details: { image_tokens: 1 },
      },
      { inputTokens: 1, outputTokens: 2 },
    ],
  ])('%s', (_, usage, read) => {
    const unknown = new Set<string>();
    expect(readUsage(usage, unknown)).toEqual(read);
    expect([...unknown]).toEqual([]);
  });
});

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly num_cached_tokens?: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number; readonly cache_write_tokens?: number };
}

const reported = ['openai-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat'].flatMap((folder) =>
  recordingsOf(folder)
    .filter(({ status, streamed }) => status === 200 && !streamed)
    .map(({ name, reply }) => ({ name, folder, usage: (JSON.parse(reply) as { usage: Usage }).usage })),
);

if (reported.length === 0)
  process.stderr.write('Skipping recorded usage: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

describe.skipIf(reported.length === 0)('recorded usage', () => {
  it.each(reported)('the buckets of $name add up to what $folder counted', ({ usage }) => {
    const read = readUsage(usage);
    const { inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, audioInputTokens = 0 } = read ?? {};
    expect(inputTokens + cacheReadTokens + cacheWriteTokens + audioInputTokens).toBe(usage.prompt_tokens);
    expect((read?.outputTokens ?? 0) + (read?.audioOutputTokens ?? 0)).toBe(usage.completion_tokens);
  });

  it.each(['openai-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat'])(
    'cache reads and writes that %s reported are kept apart',
    (vendor) => {
      const usages = reported.filter(({ folder }) => folder === vendor).map(({ usage }) => usage);
      const told = usages.map((usage) => ({
        reads: usage.prompt_tokens_details?.cached_tokens ?? usage.num_cached_tokens ?? 0,
        writes: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
      }));
      const read = usages.map((usage) => {
        const { cacheReadTokens: reads = 0, cacheWriteTokens: writes = 0 } = readUsage(usage) ?? {};
        return { reads, writes };
      });
      expect(read).toEqual(told);
    },
  );
});
