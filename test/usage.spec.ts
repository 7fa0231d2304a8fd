import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuse, reply, stream } from './support/answers.js';
import { contentChunk, DONE, finishChunk, wholeStream } from './support/chat-wire.js';
import { exchange } from './support/exchange.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

/** OpenAI's form: the totals include their details. */
const DETAILED_USAGE = {
  prompt_tokens: 1000,
  completion_tokens: 300,
  total_tokens: 1300,
  prompt_tokens_details: { cached_tokens: 400, audio_tokens: 100 },
  completion_tokens_details: { reasoning_tokens: 200, audio_tokens: 50 },
};

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings },
      resilience: { retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2 } },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

describe('tokens that the vendor reports', () => {
  const buckets = {
    state: 'reported',
    inputTokens: 500,
    cacheReadTokens: 400,
    audioInputTokens: 100,
    outputTokens: 250,
    reasoningTokens: 200,
    audioOutputTokens: 50,
  };

  test('are kept apart: fresh, cached, audio, reasoning', async () => {
    const { log } = await exchange(gateway, vendor.model(reply({ usage: DETAILED_USAGE })).name);
    expect(log.usage).toMatchObject(buckets);
  });

  test('are read from a stream, asked for or not', async () => {
    const model = vendor.model(stream(wholeStream(['pong'], DETAILED_USAGE)));
    for (const extra of [{}, { stream_options: { include_usage: true } }]) {
      const { log } = await exchange(gateway, model.name, { stream: true, ...extra });
      expect(log.usage).toMatchObject(buckets);
    }
  });

  test('are read from the last chunk of a vendor that puts them beside the finish reason', async () => {
    const events = [contentChunk('pong'), finishChunk({ usage: DETAILED_USAGE }), DONE];
    const { log } = await exchange(gateway, vendor.model(stream(events)).name, { stream: true });
    expect(log.usage).toMatchObject(buckets);
  });

  test('are counted once when the first attempt failed', async () => {
    const { log } = await exchange(gateway, vendor.model(refuse(500), reply({ usage: DETAILED_USAGE })).name);
    expect(log).toMatchObject({ attempts: 2, usage: buckets });
  });
});

describe('tokens that the vendor does not report', () => {
  const LONG_ANSWER = 'The quick brown fox jumps over the lazy dog. '.repeat(10);

  test('are counted and marked as estimated', async () => {
    const { log } = await exchange(gateway, vendor.model(reply({ content: LONG_ANSWER, usage: null })).name);
    expect(log.usage?.state).toBe('estimated');
    expect(log.usage?.inputTokens).toBeGreaterThanOrEqual(1);
    expect(log.usage?.inputTokens).toBeLessThan(20);
    expect(log.usage?.outputTokens).toBeGreaterThan(80);
    expect(log.usage?.outputTokens).toBeLessThan(120);
  });

  test('are counted in a stream as well', async () => {
    const words = LONG_ANSWER.split(/(?<= )/).map(contentChunk);
    const model = vendor.model(stream([...words, finishChunk(), DONE]));
    const { log } = await exchange(gateway, model.name, { stream: true });
    expect(log.usage?.state).toBe('estimated');
    expect(log.usage?.outputTokens).toBeGreaterThan(80);
    expect(log.usage?.outputTokens).toBeLessThan(120);
  });

  test('are counted for a prompt without the bytes of its images', async () => {
    const url = `data:image/png;base64,${letters(1_000_000)}`;
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url } },
    ];
    const model = vendor.model(reply({ usage: null }));
    const { log } = await exchange(gateway, model.name, { messages: [{ role: 'user', content }] });
    expect(log.usage?.state).toBe('estimated');
    expect(log.usage?.inputTokens).toBeLessThan(10_000);
  });
});

describe('an answer that is hard to count', () => {
  test.each([
    ['a million equal letters', 'x'.repeat(1_000_000)],
    ['a million letters in pairs', 'xy'.repeat(500_000)],
    ['a million letters without a space', letters(1_000_000)],
    ['a million line feeds', '\n'.repeat(1_000_000)],
    ['two million words', 'word '.repeat(2_000_000)],
  ])('does not hold up the other clients: %s', async (_, content) => {
    const answered = new AbortController();
    const model = vendor.model(reply({ content, usage: null }));
    const answering = exchange(gateway, model.name).finally(() => answered.abort());
    let slowestMs = 0;
    while (!answered.signal.aborted) {
      const askedAt = performance.now();
      await (await fetch(`${gateway.url}/health/live`)).text();
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
    }
    expect((await answering).log.usage?.state).toBe('estimated');
    expect(slowestMs).toBeLessThan(500);
  });
});

/** Letters in no order, the same ones each time. */
function letters(count: number): string {
  const hash = createHash('shake256', { outputLength: count });
  return hash
    .update('letters')
    .digest('base64')
    .replaceAll(/[^a-z]/gi, '')
    .toLowerCase();
}
