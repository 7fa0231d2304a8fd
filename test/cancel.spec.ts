import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuse, reply, silent, stream } from './support/answers.js';
import { ask, askStream, EventReader, postChat } from './support/chat-client.js';
import { contentChunk } from './support/chat-wire.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';
import type { LogLine } from './support/log-book.js';

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings },
      resilience: { retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 8000 } },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

const WORDS = ['one ', 'two ', 'three '].map(contentChunk);

interface Visit {
  readonly leave: () => number;
  readonly answered: Promise<Response | undefined>;
  readonly log: () => Promise<LogLine>;
}

/** A request whose client can leave at any time; `leave` returns when it did. */
function visit(body: object, requestId: string): Visit {
  const controller = new AbortController();
  const headers = { 'x-request-id': requestId };
  return {
    leave: () => {
      controller.abort();
      return performance.now();
    },
    answered: postChat(gateway, body, { headers, signal: controller.signal }).catch(() => undefined),
    log: () => gateway.requestLog(requestId),
  };
}

describe("ends the vendor's call within 100 ms", () => {
  test.each([
    ['a JSON reply', silent, false],
    ['the first event of a stream', stream([], { ending: 'hang' }), true],
  ])('when the client leaves while it waits for %s', async (what, answer, streaming) => {
    const model = vendor.model(answer);
    const client = visit(ask(model.name, { stream: streaming }), what.replaceAll(' ', '-'));
    const call = await model.call(0);
    const leftAt = client.leave();
    expect((await call.hungUpAt) - leftAt).toBeLessThan(100);
    expect(await client.log()).toMatchObject({ status: 499, outcome: 'cancelled', stream: streaming, attempts: 1 });
  });

  test('when the client leaves in the middle of a stream', async () => {
    const model = vendor.model(stream(WORDS, { ending: 'hang' }));
    const client = visit(askStream(model.name), 'mid-stream');
    const response = await client.answered;
    if (response === undefined) throw new Error('no answer');
    const reader = new EventReader(response);
    for (const word of WORDS) expect(await reader.next()).toBe(word);
    const call = await model.call(0);
    const leftAt = client.leave();
    expect((await call.hungUpAt) - leftAt).toBeLessThan(100);

    const line = await client.log();
    expect(line).toMatchObject({ status: 499, outcome: 'cancelled', provider: 'vendor', model: model.id });
    expect(line.usage?.state).toBe('estimated');
    expect(line.usage?.outputTokens).toBeGreaterThanOrEqual(3);
    expect(line.usage?.inputTokens).toBeGreaterThanOrEqual(1);
  });
});

test('ends every call and records every request when fifty clients leave at once', async () => {
  const model = vendor.model(stream(WORDS, { ending: 'hang' }));
  const clients = Array.from({ length: 50 }, (_, index) => visit(askStream(model.name), `crowd-${index}`));
  await Promise.all(clients.map((client) => client.answered));
  const leftAt = Math.max(...clients.map((client) => client.leave()));
  const hungUpAt = await Promise.all(model.calls.map((call) => call.hungUpAt));
  expect(hungUpAt).toHaveLength(50);
  expect(Math.max(...hungUpAt) - leftAt).toBeLessThan(1000);
  const lines = await Promise.all(clients.map((client) => client.log()));
  expect(lines.filter(({ status }) => status === 499)).toHaveLength(50);
});

test('makes no further attempt once the client has left', async () => {
  const model = vendor.model(refuse(503, { 'retry-after-ms': '1000' }), reply());
  const client = visit(ask(model.name), 'left-between-attempts');
  await model.call(0);
  client.leave();
  const line = await client.log();
  expect(line).toMatchObject({ status: 499, outcome: 'cancelled', attempts: 1 });
  expect(line.latencyMs).toBeLessThan(500);
  expect(model.calls).toHaveLength(1);
});

test('serves the next client as if nothing had happened', async () => {
  expect((await postChat(gateway, ask(vendor.model(reply()).name))).status).toBe(200);
  expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
});
