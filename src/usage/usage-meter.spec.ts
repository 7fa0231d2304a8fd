import { describe, expect, it, vi } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import type { ReplyFacts } from '../dialects/reply-facts.js';
import { Exchange } from '../exchange/exchange.js';
import { PriceBook } from './price-book.js';
import { TokenCounter } from './token-counter.js';
import { UsageMeter } from './usage-meter.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const meter = new UsageMeter(new PriceBook(settings), new TokenCounter());

interface Answered extends Partial<ReplyFacts> {
  readonly isWhole?: boolean;
  readonly priceId?: string | undefined;
  readonly prompt?: () => string;
}

async function settled(model: string, answered: Answered): Promise<Exchange> {
  const exchange = new Exchange({ endpoint: '/v1/chat/completions' });
  const attempt = exchange.startAttempt({ provider: 'openai', model }, { waitedMs: 0, continues: false });
  const { isWhole, priceId, prompt, ...facts } = { ...answer, ...answered };
  await meter.settle(exchange, attempt, { facts, isWhole, priceId, prompt });
  return exchange;
}

const answer = {
  usage: undefined,
  isWhole: true,
  model: undefined,
  priceId: 'openai',
  prompt: () => 'Hello world',
  written: () => ({ text: 'Hello', length: 5 }),
};

describe('UsageMeter', () => {
  it('takes what the vendor reported, and counts nothing itself', async () => {
    const prompt = vi.fn<typeof answer.prompt>();
    const written = vi.fn<typeof answer.written>();
    const exchange = await settled('gpt-4o', { usage: { inputTokens: 1_000, outputTokens: 0 }, prompt, written });
    expect(exchange).toMatchObject({ usageState: 'reported', usage: { inputTokens: 1_000 } });
    expect(exchange.cost).toMatchObject({ state: 'priced', picoUsd: 2_500_000_000n });
    expect(prompt).not.toHaveBeenCalled();
    expect(written).not.toHaveBeenCalled();
  });

  it('counts where the vendor reported nothing, and marks it', async () => {
    const exchange = await settled('gpt-4o', {});
    expect(exchange).toMatchObject({ usageState: 'estimated', usage: { inputTokens: 2, outputTokens: 1 } });
    expect(exchange.cost).toMatchObject({ state: 'priced', picoUsd: 15_000_000n });
  });

  it('prices by the vendor’s exact model, else by the one that was asked for', async () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    const exact = await settled('gpt-4o', { usage, model: 'gpt-4o-mini-2024-07-18' });
    const asked = await settled('gpt-4o', { usage, model: 'proxy-7' });
    expect(exact.cost).toMatchObject({ picoUsd: 150_000_000_000n });
    expect(asked.cost).toMatchObject({ picoUsd: 2_500_000_000_000n });
  });

  it('does not know the cost at an unknown vendor', async () => {
    const exchange = await settled('gpt-4o', { priceId: undefined });
    expect(exchange.cost).toEqual({ state: 'unknown' });
  });

  it('counts what a vendor wrote that broke off, and keeps what it told of the prompt', async () => {
    const usage = { inputTokens: 25, cacheReadTokens: 7, outputTokens: 1 };
    const written = () => ({ text: 'one two three four', length: 18 });
    const exchange = await settled('gpt-4o', { usage, isWhole: false, written });
    expect(exchange).toMatchObject({
      usageState: 'estimated',
      usage: { inputTokens: 25, cacheReadTokens: 7, outputTokens: 4 },
    });
  });

  it('takes a running total of a vendor that broke off, where it is more than was written', async () => {
    const usage = { inputTokens: 25, outputTokens: 90 };
    const exchange = await settled('gpt-4o', { usage, isWhole: false });
    expect(exchange).toMatchObject({ usageState: 'reported', usage });
  });
});
