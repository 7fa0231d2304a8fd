import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { after, dribble, refuse, reply, silent, stream } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { contentChunk } from './support/chat-wire.js';
import { errorChunksOf } from './support/event-stream.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const TOTAL_MS = 2000;

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings },
      resilience: {
        retry: { maxAttempts: 3, baseDelayMs: 50, maxDelayMs: 5000 },
        timeouts: { connectMs: 1000, firstTokenMs: 5000, idleMs: 5000, totalMs: TOTAL_MS },
      },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

describe.concurrent("a request's deadline is never passed", () => {
  test('when the vendor wants a longer wait: answers at once', async () => {
    const model = vendor.model(refuse(429, { 'retry-after': '30' }), reply());
    const startedAt = performance.now();
    const response = await postChat(gateway, ask(model.name));
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(performance.now() - startedAt).toBeLessThan(TOTAL_MS / 2);
    expect(model.calls).toHaveLength(1);
  });

  test('when the vendor never answers: 504, and the call is ended', async () => {
    const model = vendor.model(silent);
    const startedAt = performance.now();
    const response = await postChat(gateway, ask(model.name));
    const elapsed = performance.now() - startedAt;
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_timeout' } });
    expect(elapsed).toBeGreaterThan(TOTAL_MS - 100);
    expect(elapsed).toBeLessThan(TOTAL_MS + 1000);
    expect((await (await model.call(0)).hungUpAt) - startedAt).toBeLessThan(TOTAL_MS + 1000);
  });

  test('when the vendor is slow byte by byte: 504, and the call is ended', async () => {
    const model = vendor.model(dribble(' '.repeat(1000), 50));
    const startedAt = performance.now();
    const response = await postChat(gateway, ask(model.name));
    expect(response.status).toBe(504);
    expect(performance.now() - startedAt).toBeLessThan(TOTAL_MS + 1000);
  });

  test('when a stream does not end: an error event and no [DONE]', async () => {
    const model = vendor.model(
      stream(
        Array.from({ length: 60 }, () => contentChunk('and ')),
        { gapMs: 100 },
      ),
    );
    const startedAt = performance.now();
    const text = await (await postChat(gateway, askStream(model.name))).text();
    expect(performance.now() - startedAt).toBeLessThan(TOTAL_MS + 1000);
    expect(errorChunksOf(text)).toMatchObject([{ error: { code: 'upstream_timeout' } }]);
    expect(text).not.toContain('[DONE]');
  });

  test('by one more attempt than fits into it', async () => {
    const model = vendor.model(after(150, refuse(503, { 'retry-after-ms': '900' })));
    const startedAt = performance.now();
    const response = await postChat(gateway, ask(model.name));
    expect(response.status).toBe(502);
    expect(performance.now() - startedAt).toBeLessThan(TOTAL_MS);
    expect(model.calls).toHaveLength(2);
  });
});
