import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cutReply, hangUp, json, malformedHttp, refuse, reply, reset, stream } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { contentChunk, wholeStream } from './support/chat-wire.js';
import { errorChunksOf } from './support/event-stream.js';
import { startFakeVendor, type Answer, type FakeModel, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const BASE_DELAY_MS = 300;

/** Tests run at the same time, and one must not spend the retries that another's provider allows. */
const VENDORS = 12;

let vendors: FakeVendor[];
let gateway: Gateway;
let models = 0;

beforeAll(async () => {
  const names = Array.from({ length: VENDORS }, (_, index) => `vendor-${index}`);
  vendors = await Promise.all(names.map((name) => startFakeVendor(name)));
  gateway = await startGateway({
    settings: {
      providers: Object.fromEntries(vendors.map(({ provider, settings }) => [provider, settings])),
      resilience: {
        retry: { maxAttempts: 3, baseDelayMs: BASE_DELAY_MS, maxDelayMs: 2000 },
        streamRecovery: 'error',
        timeouts: { connectMs: 1000, firstTokenMs: 5000, idleMs: 5000, totalMs: 4000 },
      },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all(vendors.map((vendor) => vendor.stop()));
});

function modelOf(...answers: readonly Answer[]): FakeModel {
  const vendor = vendors[models++ % VENDORS];
  if (vendor === undefined) throw new Error('no vendor has started');
  return vendor.model(...answers);
}

/** From one call's arrival to the next one's. */
async function gapBefore(model: FakeModel, index: number): Promise<number> {
  const [earlier, later] = await Promise.all([model.call(index - 1), model.call(index)]);
  return later.receivedAt - earlier.receivedAt;
}

const NETWORK_FAILURES: ReadonlyArray<readonly [string, Answer]> = [
  ['resets the connection', reset],
  ['closes the connection without an answer', hangUp],
  ['answers something that is not HTTP', malformedHttp],
  ['drops the connection in the middle of its reply', cutReply],
];

const SERVER_FAILURES: typeof NETWORK_FAILURES = [
  ['answers 500', refuse(500)],
  ['answers 503', refuse(503)],
  ...NETWORK_FAILURES,
];

describe.concurrent('tries again', () => {
  test.each([408, 409, 429, 500, 502, 503, 504, 529])('when the vendor answers %i', async (status) => {
    const model = modelOf(refuse(status), reply());
    const response = await postChat(gateway, ask(model.name));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'pong' } }] });
    expect(response.headers.get('x-gateway-attempts')).toBe('2');
    expect(model.calls).toHaveLength(2);
  });

  test.each(NETWORK_FAILURES)('when the vendor %s', async (_, failure) => {
    const model = modelOf(failure, reply());
    const response = await postChat(gateway, ask(model.name));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-attempts')).toBe('2');
    expect(model.calls).toHaveLength(2);
  });

  test.each([
    ['is refused', refuse(503)],
    ['is reset', reset],
    ['has a head and then breaks off', stream([], { ending: 'cut' })],
    ['breaks off inside its first event', stream(['data: {"id":'], { ending: 'cut' })],
  ])('when a stream %s before its first event', async (_, failure) => {
    const model = modelOf(failure, stream(wholeStream()));
    const response = await postChat(gateway, askStream(model.name));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-attempts')).toBe('2');
    expect((await response.text()).endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('with the same bytes', async () => {
    const model = modelOf(refuse(500), reset, reply());
    await postChat(gateway, ask(model.name, { odd: '\u00e9', number: 1 }));
    const bodies = model.calls.map((call) => call.body.toString());
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
  });
});

describe.concurrent('does not try again', () => {
  test.each([400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 451])('when the vendor answers %i', async (status) => {
    const model = modelOf(refuse(status), reply());
    const response = await postChat(gateway, ask(model.name));
    await response.text();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(model.calls).toHaveLength(1);
  });

  test('once a byte of the answer has gone to the client', async () => {
    const model = modelOf(stream([contentChunk('po')], { ending: 'cut' }), stream(wholeStream()));
    const response = await postChat(gateway, askStream(model.name));
    expect(response.status).toBe(200);
    expect(errorChunksOf(await response.text())).toHaveLength(1);
    expect(model.calls).toHaveLength(1);
  });
});

describe.concurrent('gives up after maxAttempts', () => {
  test.each([408, 409, 429])("with the vendor's own status when that is %i", async (status) => {
    const model = modelOf(refuse(status));
    const response = await postChat(gateway, ask(model.name));
    expect(response.status).toBe(status);
    const body: unknown = await response.json();
    expect(body).toMatchObject({ error: { code: 'upstream_error', param: null } });
    expect(JSON.stringify(body)).toContain(model.name);
    expect(model.calls).toHaveLength(3);
  });

  test.each(SERVER_FAILURES)('with 502 when the vendor %s', async (_, failure) => {
    const model = modelOf(failure);
    const response = await postChat(gateway, ask(model.name));
    const body: unknown = await response.json();
    expect(response.status).toBe(502);
    expect(body).toMatchObject({ error: { code: 'upstream_error' } });
    expect(JSON.stringify(body)).toContain(model.name);
    expect(model.calls).toHaveLength(3);
  });

  test.each([
    ['a web page', json('<html>Bad gateway</html>', { headers: { 'content-type': 'text/html' } })],
    ['half of a JSON body', json('{"id":"chatcmpl-1","choices":[')],
    ['JSON that is no chat completion', json('{"status":"ok"}')],
    ['nothing', json('')],
  ])('with 502 when the vendor answers 200 and %s', async (_, garbage) => {
    const response = await postChat(gateway, ask(modelOf(garbage).name));
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } });
  });

  test('and says in the log how often it tried', async () => {
    const response = await postChat(gateway, ask(modelOf(refuse(503)).name));
    const line = await gateway.requestLog(response.headers.get('x-request-id'));
    expect(line).toMatchObject({ attempts: 3, status: 502, outcome: 'failed', error: { code: 'upstream_error' } });
  });
});

describe.concurrent('waits', () => {
  test('as many seconds as Retry-After says', async () => {
    const model = modelOf(refuse(429, { 'retry-after': '1' }), reply());
    const response = await postChat(gateway, ask(model.name));
    expect(response.status).toBe(200);
    const gap = await gapBefore(model, 1);
    expect(gap).toBeGreaterThanOrEqual(980);
    expect(gap).toBeLessThan(2000);
  });

  test('until the date that Retry-After names', async () => {
    const date = new Date(Date.now() + 2000).toUTCString();
    const model = modelOf(refuse(503, { 'retry-after': date }), reply());
    await postChat(gateway, ask(model.name));
    const second = await model.call(1);
    expect(performance.timeOrigin + second.receivedAt).toBeGreaterThanOrEqual(Date.parse(date) - 20);
    expect(await gapBefore(model, 1)).toBeLessThan(3000);
  });

  test('as retry-after-ms says, which is finer than Retry-After', async () => {
    const model = modelOf(refuse(429, { 'retry-after-ms': '700', 'retry-after': '3' }), reply());
    await postChat(gateway, ask(model.name));
    const gap = await gapBefore(model, 1);
    expect(gap).toBeGreaterThanOrEqual(680);
    expect(gap).toBeLessThan(1500);
  });

  test('with exponential backoff and equal jitter, so that what failed together does not return together', async () => {
    const models = Array.from({ length: 12 }, () => modelOf(refuse(503)));
    for (const name of models.map(({ name }) => name)) await postChat(gateway, ask(name));
    const [first = [], second = []] = await Promise.all(
      [1, 2].map((index) => Promise.all(models.map((model) => gapBefore(model, index)))),
    );
    expect(Math.min(...first)).toBeGreaterThanOrEqual(BASE_DELAY_MS / 2);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(BASE_DELAY_MS / 10);
    expect(Math.max(...first)).toBeLessThan(BASE_DELAY_MS + 250);
    expect(Math.min(...second)).toBeGreaterThanOrEqual(BASE_DELAY_MS);
    expect(Math.max(...second)).toBeLessThan(2 * BASE_DELAY_MS + 250);
  });
});
