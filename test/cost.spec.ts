import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, reply, stream } from './support/answers.js';
import { chatReply, contentChunk, DONE, finishChunk, wholeStream } from './support/chat-wire.js';
import { gatewayComment } from './support/event-stream.js';
import { exchange } from './support/exchange.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const CACHED_USAGE = {
  prompt_tokens: 1000,
  completion_tokens: 300,
  total_tokens: 1300,
  prompt_tokens_details: { cached_tokens: 400 },
  completion_tokens_details: { reasoning_tokens: 200 },
};
/** 600 × 2 + 400 × 0.5 + 300 × 8, in dollars for each million. */
const CACHED_COST_USD = 0.0038;
const DECIMAL = /^\d+(\.\d+)?$/;

let vendor: FakeVendor;
let openai: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  [vendor, openai] = await Promise.all([startFakeVendor('vendor'), startFakeVendor('openai')]);
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings, openai: { ...openai.settings, type: 'openai' } },
      resilience: { retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2 } },
      pricing: {
        overrides: [
          {
            provider: 'vendor',
            model: 'priced',
            inputUsdPerMillion: 2,
            outputUsdPerMillion: 8,
            cacheReadUsdPerMillion: 0.5,
          },
          { model: 'tiny', inputUsdPerMillion: 0.01, outputUsdPerMillion: 0.02 },
          { provider: 'openai', model: 'gpt-4o-mini', inputUsdPerMillion: 1000, outputUsdPerMillion: 2000 },
        ],
      },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([vendor.stop(), openai.stop()]);
});

async function jsonCost(model: string) {
  const { response, log } = await exchange(gateway, model);
  return { costHeader: response.headers.get('x-gateway-cost-usd') ?? 'missing', log };
}

async function streamedCost(model: string) {
  const { text, log } = await exchange(gateway, model, { stream: true });
  return { comment: gatewayComment(text), log };
}

describe('the cost', () => {
  test('follows the price of the settings, cached tokens at their own', async () => {
    const { costHeader, log } = await jsonCost(vendor.modelNamed('priced', reply({ usage: CACHED_USAGE })).name);
    expect(costHeader).toMatch(DECIMAL);
    expect(Number(costHeader)).toBe(CACHED_COST_USD);
    expect(log.cost).toEqual({ usd: costHeader, state: 'priced' });
  });

  test('stands in the comment at the end of a stream', async () => {
    const { comment, log } = await streamedCost(
      vendor.modelNamed('priced', stream(wholeStream(['pong'], CACHED_USAGE))).name,
    );
    expect(comment).toEqual({
      id: log.requestId,
      cost_usd: log.cost?.usd,
      provider: 'vendor',
      model: 'priced',
    });
    expect(Number(log.cost?.usd)).toBe(CACHED_COST_USD);
  });

  test('follows the estimate where the vendor reports no usage', async () => {
    const events = [contentChunk('one two three'), finishChunk(), DONE];
    const { comment, log } = await streamedCost(vendor.modelNamed('priced', stream(events)).name);
    expect(log).toMatchObject({ usage: { state: 'estimated' }, cost: { state: 'priced' } });
    expect(Number(log.cost?.usd)).toBeGreaterThan(0);
    expect(comment).toHaveProperty('cost_usd', log.cost?.usd);
  });

  test('of a fraction of a millionth is a decimal and not 0', async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const { costHeader } = await jsonCost(vendor.modelNamed('tiny', reply({ usage })).name);
    expect(costHeader).toMatch(DECIMAL);
    expect(Number(costHeader)).toBe(3e-8);
  });

  test('of a well-known model comes from the price list', async () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
    const { costHeader, log } = await jsonCost(openai.modelNamed('gpt-4o', reply({ usage, model: 'gpt-4o' })).name);
    // 2.50 and 10 dollars for each million, OpenAI's list price since October 2024.
    expect(Number(costHeader)).toBe(0.0035);
    expect(log.cost?.state).toBe('priced');
  });

  test('of a well-known model follows the settings where they say otherwise', async () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
    const { costHeader } = await jsonCost(openai.modelNamed('gpt-4o-mini', reply({ usage })).name);
    expect(Number(costHeader)).toBe(1.2);
  });

  test('of an unknown model is unknown and never 0', async () => {
    const { costHeader, log } = await jsonCost(vendor.modelNamed('home-made', reply()).name);
    expect(costHeader).toBe('unknown');
    expect(log.cost).toEqual({ usd: null, state: 'unknown' });
    const { comment } = await streamedCost(vendor.modelNamed('home-made', stream(wholeStream())).name);
    expect(comment).toHaveProperty('cost_usd', 'unknown');
  });

  test('of the simulated provider is free', async () => {
    const { costHeader, log } = await jsonCost('simulated/echo');
    expect(Number(costHeader)).toBe(0);
    expect(log.cost?.state).toBe('free');
  });

  test('of a request that no vendor answered is not made up', async () => {
    const { response, log } = await exchange(gateway, vendor.modelNamed('priced', json('{}', { status: 400 })).name);
    expect(response.status).toBe(400);
    expect(Number(log.cost?.usd ?? 0)).toBe(0);
    expect(log.usage?.outputTokens ?? 0).toBe(0);
  });
});

test('a JSON reply tells how long it took and how much of that was the gateway', async () => {
  const { response } = await exchange(gateway, vendor.model(json(chatReply())).name);
  const latencyMs = Number(response.headers.get('x-gateway-latency-ms') ?? Number.NaN);
  const overheadMs = Number(response.headers.get('x-gateway-overhead-ms') ?? Number.NaN);
  expect(latencyMs).toBeGreaterThan(0);
  expect(overheadMs).toBeGreaterThanOrEqual(0);
  expect(overheadMs).toBeLessThanOrEqual(latencyMs);
});
