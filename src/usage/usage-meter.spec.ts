import { describe, expect, it, vi } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { Exchange } from '../exchange/exchange.js';
import { PriceBook } from './price-book.js';
import { TokenCounter } from './token-counter.js';
import { UsageMeter } from './usage-meter.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const meter = new UsageMeter(new PriceBook(settings), new TokenCounter());

function settled(model: string): Exchange {
  const exchange = new Exchange({ endpoint: '/v1/chat/completions' });
  exchange.startAttempt({ provider: 'openai', model }, 0)({ kind: 'ok' });
  return exchange;
}

const answer = {
  usage: undefined,
  model: undefined,
  priceId: 'openai',
  prompt: () => 'Hello world',
  written: () => ({ text: 'Hello', length: 5 }),
};

describe('UsageMeter', () => {
  it('takes what the vendor reported, and counts nothing itself', async () => {
    const exchange = settled('gpt-4o');
    const prompt = vi.fn<typeof answer.prompt>();
    const written = vi.fn<typeof answer.written>();
    await meter.settle(exchange, { ...answer, usage: { inputTokens: 1_000, outputTokens: 0 }, prompt, written });
    expect(exchange).toMatchObject({ usageState: 'reported', usage: { inputTokens: 1_000 } });
    expect(exchange.cost).toMatchObject({ state: 'priced', picoUsd: 2_500_000_000n });
    expect(prompt).not.toHaveBeenCalled();
    expect(written).not.toHaveBeenCalled();
  });

  it('counts where the vendor reported nothing, and marks it', async () => {
    const exchange = settled('gpt-4o');
    await meter.settle(exchange, answer);
    expect(exchange).toMatchObject({ usageState: 'estimated', usage: { inputTokens: 2, outputTokens: 1 } });
    expect(exchange.cost).toMatchObject({ state: 'priced', picoUsd: 15_000_000n });
  });

  it('prices by the vendor’s exact model, else by the one that was asked for', async () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    const [exact, asked] = [settled('gpt-4o'), settled('gpt-4o')];
    await meter.settle(exact, { ...answer, usage, model: 'gpt-4o-mini-2024-07-18' });
    await meter.settle(asked, { ...answer, usage, model: 'proxy-7' });
    expect(exact.cost).toMatchObject({ picoUsd: 150_000_000_000n });
    expect(asked.cost).toMatchObject({ picoUsd: 2_500_000_000_000n });
  });

  it('does not know the cost at an unknown vendor', async () => {
    const exchange = settled('gpt-4o');
    await meter.settle(exchange, { ...answer, priceId: undefined });
    expect(exchange.cost).toEqual({ state: 'unknown' });
  });
});
