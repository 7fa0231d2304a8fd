import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { after, json, refuse, reply, reset, silent, stream } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { chatReply, contentChunk, wholeStream } from './support/chat-wire.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
const ANY_TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

let vendor: FakeVendor;
let gateway: Gateway;

function settings() {
  return {
    providers: { vendor: vendor.settings },
    resilience: { retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2 } },
  };
}

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({ settings: settings() });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

describe('the log line of a request', () => {
  test('tells of a JSON request who asked, who answered, how long it took and what it used', async () => {
    const model = vendor.model(after(120, reply()));
    const response = await postChat(gateway, ask(model.name));
    const line = await gateway.requestLog(response.headers.get('x-request-id'));
    expect(line).toMatchObject({
      level: 'info',
      endpoint: expect.stringContaining('/v1/chat/completions'),
      stream: false,
      modelRequested: model.name,
      provider: 'vendor',
      model: model.id,
      status: 200,
      outcome: 'ok',
      attempts: 1,
      usage: { inputTokens: 4, outputTokens: 2, state: 'reported' },
      cost: { usd: null, state: 'unknown' },
    });
    expect(line).not.toHaveProperty('error');
    expect(Date.parse(line.time ?? '')).toBeGreaterThan(Date.now() - 60_000);
    const { latencyMs = Number.NaN, upstreamMs = Number.NaN, overheadMs = Number.NaN } = line;
    expect(upstreamMs).toBeGreaterThanOrEqual(115);
    expect(latencyMs).toBeGreaterThanOrEqual(upstreamMs);
    expect(overheadMs).toBeCloseTo(latencyMs - upstreamMs, 0);
  });

  test('tells of a stream when its first token came', async () => {
    const model = vendor.model(after(150, stream(wholeStream(), { gapMs: 30 })));
    const response = await postChat(gateway, askStream(model.name));
    await response.text();
    const line = await gateway.requestLog(response.headers.get('x-request-id'));
    const { firstTokenMs = Number.NaN, latencyMs = Number.NaN } = line;
    expect(line).toMatchObject({ stream: true, status: 200, outcome: 'ok' });
    expect(firstTokenMs).toBeGreaterThanOrEqual(145);
    expect(latencyMs - firstTokenMs).toBeGreaterThan(80);
  });

  test('tells what went wrong', async () => {
    const failed = await postChat(gateway, ask(vendor.model(refuse(500)).name));
    expect(await gateway.requestLog(failed.headers.get('x-request-id'))).toMatchObject({
      status: 502,
      outcome: 'failed',
      attempts: 2,
      error: { code: 'upstream_error' },
    });
    const cut = await postChat(gateway, askStream(vendor.model(stream([contentChunk('po')], { ending: 'cut' })).name));
    await cut.text();
    expect(await gateway.requestLog(cut.headers.get('x-request-id'))).toMatchObject({
      outcome: 'failed',
      error: { code: 'upstream_error' },
      usage: { state: 'estimated' },
    });
    const wrong = await postChat(gateway, ask('nobody/nothing'));
    expect(await gateway.requestLog(wrong.headers.get('x-request-id'))).toMatchObject({
      status: 404,
      outcome: 'failed',
      error: { code: 'model_not_found' },
    });
  });
});

describe('the trace', () => {
  test('of the client is continued, in the answer, in the log and at the vendor', async () => {
    const model = vendor.model(reply());
    const headers = { traceparent: TRACEPARENT, tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7' };
    const response = await postChat(gateway, ask(model.name), { headers });
    expect(response.headers.get('traceparent')).toMatch(ANY_TRACEPARENT);
    expect(response.headers.get('traceparent')).toContain(TRACE_ID);
    expect((await gateway.requestLog(response.headers.get('x-request-id'))).traceId).toBe(TRACE_ID);
    const received = model.calls[0]?.headers;
    expect(received?.traceparent).toMatch(ANY_TRACEPARENT);
    expect(received?.traceparent).toContain(TRACE_ID);
    expect(received?.traceparent).not.toBe(TRACEPARENT);
    expect(received?.tracestate).toBe(headers.tracestate);
  });

  test.each(['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${TRACE_ID}-00f067aa0ba902b7-01`, undefined])(
    'is a new one where the client sent %s',
    async (traceparent) => {
      const model = vendor.model(reply());
      const response = await postChat(gateway, ask(model.name), { headers: traceparent ? { traceparent } : {} });
      expect(response.headers.get('traceparent')).toMatch(ANY_TRACEPARENT);
      expect(response.headers.get('traceparent')).not.toContain(TRACE_ID);
      const traceId = response.headers.get('traceparent')?.split('-')[1];
      expect(model.calls[0]?.headers.traceparent).toContain(traceId);
    },
  );
});

describe("the request's id", () => {
  test("is the client's own where that is valid", async () => {
    const response = await postChat(gateway, ask('simulated/echo'), { headers: { 'x-request-id': 'order-66_a.b' } });
    expect(response.headers.get('x-request-id')).toBe('order-66_a.b');
  });

  test.each(['with space', '{"json":1}', 'x'.repeat(2000), ''])('is a new one where that is not: %s', async (id) => {
    const response = await postChat(gateway, ask('simulated/echo'), { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).not.toBe(id);
    expect(response.headers.get('x-request-id')).toMatch(/^[\w.:-]{8,200}$/);
  });

  test.each(['/health/live', '/v1/models', '/nothing/here'])(
    'stands in every answer, such as that of %s',
    async (path) => {
      const response = await fetch(gateway.url + path);
      expect(response.headers.get('x-request-id')).toBeTruthy();
      expect(response.headers.get('traceparent')).toMatch(ANY_TRACEPARENT);
    },
  );
});

test.each(['/health/live', '/health/ready'])('%s answers 200 and tells no secret', async (path) => {
  const response = await fetch(gateway.url + path);
  expect(response.status).toBe(200);
  const text = await response.text();
  for (const secret of [vendor.apiKey, vendor.baseUrl, 'gateway-test-']) expect(text).not.toContain(secret);
});

test('each request has exactly one log line, however it ended, and every line is JSON', async () => {
  const own = await startGateway({ settings: settings() });
  const bodies = [
    ask('simulated/echo'),
    askStream('simulated/echo'),
    ask(vendor.model(refuse(500)).name),
    ask(vendor.model(refuse(400)).name),
    ask(vendor.model(reset).name),
    askStream(vendor.model(stream([contentChunk('x')], { ending: 'cut' })).name),
    ask('nobody/nothing'),
    { messages: 7 },
  ];
  const ids = bodies.map((_, index) => `counted-${index}`);
  for (const [index, body] of bodies.entries()) {
    const response = await postChat(own, body, { headers: { 'x-request-id': ids[index] ?? '' } });
    await response.text();
  }
  const waiting = vendor.model(silent);
  const client = new AbortController();
  const left = postChat(own, ask(waiting.name), { headers: { 'x-request-id': 'counted-left' }, signal: client.signal });
  await waiting.call(0);
  client.abort();
  await expect(left).rejects.toThrow('aborted');
  await own.requestLog('counted-left');
  expect(await own.stop()).toBe(0);

  const logged = own.logs().filter((line) => line.msg === 'request');
  expect(logged.map((line) => line.requestId)).toEqual([...ids, 'counted-left']);
  expect(own.strayLines()).toEqual([]);
});

test('prompts, answers and keys are never logged, even at the finest level', async () => {
  const own = await startGateway({ settings: settings(), env: { LOG_LEVEL: 'trace' } });
  const headers = { authorization: 'Bearer sk-CLIENTSECRET', 'x-request-id': 'secretive' };
  const messages = [{ role: 'user', content: 'PROMPTSECRET' }];
  const answering = vendor.model(reply({ content: 'ANSWERSECRET' }));
  const streaming = vendor.model(stream(wholeStream(['ANSWER', 'SECRET'])));
  const quoting = vendor.model(json('{"error":{"message":"bad prompt: PROMPTSECRET"}}', { status: 400 }));
  const leaking = vendor.model(
    json(`{"error":{"message":"wrong key ${vendor.apiKey} PROMPTSECRET"}}`, { status: 401 }),
  );
  const garbled = vendor.model(json(JSON.stringify(chatReply({ content: 'ANSWERSECRET' })).slice(0, -9)));
  for (const { name } of [answering, quoting, leaking, garbled]) {
    await (await postChat(own, { model: name, messages }, { headers })).text();
  }
  await (await postChat(own, { model: streaming.name, messages, stream: true }, { headers })).text();
  await (await postChat(own, { model: 7, messages }, { headers })).text();
  await (await postChat(own, '{"messages":[{"content":"PROMPTSECRET"', { headers })).text();
  await own.stop();
  expect(own.logs().filter((line) => line.requestId === 'secretive').length).toBeGreaterThanOrEqual(7);
  for (const secret of ['PROMPTSECRET', 'ANSWERSECRET', 'CLIENTSECRET', vendor.apiKey]) {
    expect(own.allOutput()).not.toContain(secret);
  }
});
