import { describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, PricingSettings, type PriceOverride } from '../config/settings.js';
import type { TokenUsage } from '../dialects/token-usage.js';
import { PriceBook } from './price-book.js';

const time = new Date('2026-11-23T12:00:00Z');
const MILLION = 1_000_000;

/** Picodollars in so many USD, from text, so that no float is in the expected value. */
function pico(usd: string): bigint {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}

function bookOf(...overrides: PriceOverride[]): PriceBook {
  const pricing = Object.assign(new PricingSettings(), { overrides });
  const file = Object.assign(new FileSettings(), { pricing });
  return new PriceBook(new Settings(file, new EnvironmentSettings(), new Map(), []));
}

function ask(book: PriceBook, model: string, usage: TokenUsage, query: Partial<Parameters<PriceBook['cost']>[0]> = {}) {
  return book.cost({ provider: 'openai', priceId: 'openai', models: [model], usage, time, ...query });
}

describe('PriceBook', () => {
  it.each<[what: string, model: string, usage: TokenUsage, usd: string]>([
    // gpt-4o: 2.50 in, 1.25 cached, 10.00 out, a million tokens
    ['input and output', 'gpt-4o', { inputTokens: 1_000, outputTokens: 500 }, '0.0075'],
    ['cached input at its own price', 'gpt-4o', { inputTokens: 200, cacheReadTokens: 800, outputTokens: 0 }, '0.0015'],
    [
      'reasoning as the output it is part of',
      'gpt-4o',
      { inputTokens: 0, outputTokens: 100, reasoningTokens: 90 },
      '0.001',
    ],
    ['nothing', 'gpt-4o', { inputTokens: 0, outputTokens: 0 }, '0'],
    ['one token, to the picodollar', 'gpt-4o', { inputTokens: 1, outputTokens: 0 }, '0.0000025'],
    ['a dated name of the model', 'gpt-4o-2024-08-06', { inputTokens: MILLION, outputTokens: 0 }, '2.5'],
    // gpt-audio: 2.50 in, 32.00 audio in, 10.00 out, 64.00 audio out
    [
      'audio at its own price',
      'gpt-audio',
      { inputTokens: 900, audioInputTokens: 100, outputTokens: 900, audioOutputTokens: 100 },
      '0.02085',
    ],
  ])('charges %s', (_, model, usage, usd) => {
    expect(ask(bookOf(), model, usage)).toMatchObject({ state: 'priced', picoUsd: pico(usd) });
  });

  it('says where a price comes from', () => {
    expect(ask(bookOf(), 'gpt-4o', { inputTokens: 1, outputTokens: 1 })).toMatchObject({
      source: 'genai-prices openai/gpt-4o',
    });
  });

  it('tries the vendor’s exact name first, then the one that was asked for', () => {
    const usage = { inputTokens: MILLION, outputTokens: 0 };
    expect(ask(bookOf(), '', usage, { models: ['gpt-4o-mini', 'gpt-4o'] })).toMatchObject({ picoUsd: pico('0.15') });
    expect(ask(bookOf(), '', usage, { models: ['ft:private', 'gpt-4o'] })).toMatchObject({ picoUsd: pico('2.5') });
  });

  it.each([
    ['a model that the catalogue does not know', 'gpt-99-nova', 'openai'],
    ['a vendor without a catalogue', 'gpt-4o', undefined],
    ['a vendor that the catalogue does not know', 'gpt-4o', 'nobody'],
    ['a model that is not charged by the token', 'whisper-1', 'openai'],
    ['a model whose price is not given', 'omni-moderation-latest', 'openai'],
    ['a name of the prototype', 'constructor', 'openai'],
  ])('does not know what %s costs, which is not 0', (_, model, priceId) => {
    expect(ask(bookOf(), model, { inputTokens: 5, outputTokens: 5 }, { priceId })).toEqual({ state: 'unknown' });
  });

  it('knows what is free', () => {
    const usage = { inputTokens: 5, outputTokens: 5 };
    expect(ask(bookOf(), 'echo', usage, { priceId: 'free' })).toEqual({ state: 'free' });
  });

  it.each<[what: string, usage: TokenUsage]>([
    [
      'cached and audio input at once',
      { inputTokens: 800, cacheReadTokens: 100, audioInputTokens: 100, outputTokens: 1 },
    ],
    ['cache writes', { inputTokens: 800, cacheWriteTokens: 100, outputTokens: 1 }],
  ])('does not fail over %s, at any of the vendor’s models', (_, usage) => {
    for (const model of ['gpt-4o', 'gpt-audio', 'gpt-realtime', 'o3', 'text-embedding-3-small']) {
      expect(ask(bookOf(), model, usage).state).toMatch(/priced|unknown/);
    }
  });
});

describe('an override', () => {
  const override = { model: 'gpt-4o', inputUsdPerMillion: 3, outputUsdPerMillion: 4 } satisfies PriceOverride;
  const usage: TokenUsage = {
    inputTokens: 1_000,
    cacheReadTokens: 1_000,
    cacheWriteTokens: 1_000,
    audioInputTokens: 1_000,
    outputTokens: 1_000,
    audioOutputTokens: 1_000,
    reasoningTokens: 900,
  };

  it('goes before the catalogue and charges every token', () => {
    // 4,000 in at 3 and 2,000 out at 4, a million
    expect(ask(bookOf(override), 'gpt-4o', usage)).toEqual({
      state: 'priced',
      picoUsd: pico('0.02'),
      source: 'settings',
    });
  });

  it('has prices of its own for the cache', () => {
    const cached = { ...override, cacheReadUsdPerMillion: 0.5, cacheWriteUsdPerMillion: 5 };
    // 2,000 in at 3, 1,000 read at 0.5, 1,000 written at 5, 2,000 out at 4
    expect(ask(bookOf(cached), 'gpt-4o', usage)).toMatchObject({ picoUsd: pico('0.0195') });
  });

  it('can make what is free cost, and what is unknown known', () => {
    const one = { inputTokens: MILLION, outputTokens: 0 };
    const local = { ...override, model: 'llama' };
    expect(ask(bookOf(local), 'llama', one, { priceId: undefined })).toMatchObject({ picoUsd: pico('3') });
    expect(ask(bookOf(local), 'llama', one, { priceId: 'free' })).toMatchObject({ picoUsd: pico('3') });
  });

  it('can make a model cost nothing, which is not unknown', () => {
    const free = { ...override, inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
    expect(ask(bookOf(free), 'gpt-4o', usage)).toMatchObject({ state: 'priced', picoUsd: 0n });
  });

  it('holds at one provider only, where it names one', () => {
    const book = bookOf({ ...override, provider: 'azure' });
    const one = { inputTokens: MILLION, outputTokens: 0 };
    expect(ask(book, 'gpt-4o', one, { provider: 'azure' })).toMatchObject({ picoUsd: pico('3') });
    expect(ask(book, 'gpt-4o', one, { provider: 'openai' })).toMatchObject({ picoUsd: pico('2.5') });
  });

  it.each([
    ['2026-11-22T23:59:59Z', '3'],
    ['2026-11-23T00:00:00Z', '7'],
    ['2026-12-31T23:59:59Z', '7'],
    ['2027-01-01T00:00:00Z', '9'],
  ])('holds from its day on: at %s it is %s', (now, usd) => {
    const book = bookOf(
      { ...override, inputUsdPerMillion: 7, from: '2026-11-23' },
      { ...override, inputUsdPerMillion: 9, from: '2027-01-01' },
      override,
    );
    const query = { time: new Date(now) };
    expect(ask(book, 'gpt-4o', { inputTokens: MILLION, outputTokens: 0 }, query)).toMatchObject({ picoUsd: pico(usd) });
  });

  it('of one provider goes before that of all, wherever it stands', () => {
    const everywhere = { ...override, inputUsdPerMillion: 9 };
    const here = { ...override, inputUsdPerMillion: 7, provider: 'openai' };
    for (const book of [bookOf(everywhere, here), bookOf(here, everywhere)]) {
      expect(ask(book, 'gpt-4o', { inputTokens: MILLION, outputTokens: 0 })).toMatchObject({ picoUsd: pico('7') });
    }
  });

  it('adds up exactly, however many tokens there are', () => {
    const cheap = { ...override, inputUsdPerMillion: 0.1, outputUsdPerMillion: 0.2 };
    const many = { inputTokens: 9_007_199_254_740_991, outputTokens: 1 };
    expect(ask(bookOf(cheap), 'gpt-4o', many)).toMatchObject({ picoUsd: 9_007_199_254_740_991n * 100_000n + 200_000n });
  });
});
