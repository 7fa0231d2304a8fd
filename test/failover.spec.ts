import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuse, reply, reset, silent, stream } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { contentChunk, wholeStream } from './support/chat-wire.js';
import { errorChunksOf, withoutGatewayComment } from './support/event-stream.js';
import { startFakeVendor, type Answer, type FakeModel, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

let first: FakeVendor;
let second: FakeVendor;
let closed: FakeVendor;
let gateway: Gateway;

/** Public names, each served by the first vendor's model of that name and then by the second's. */
const PUBLIC_NAMES = ['refused', 'reset', 'silent-stream', 'key-refused', 'bad-request', 'both-dead', 'cut'] as const;

beforeAll(async () => {
  [first, second, closed] = await Promise.all([
    startFakeVendor('first'),
    startFakeVendor('second'),
    startFakeVendor('closed'),
  ]);
  const models = Object.fromEntries(
    PUBLIC_NAMES.map((name) => [
      name,
      { timeouts: { firstTokenMs: 300 }, targets: [first, second].map(({ provider }) => ({ provider, model: name })) },
    ]),
  );
  const down = {
    targets: [
      { provider: 'closed', model: 'any' },
      { provider: 'second', model: 'down' },
    ],
  };
  gateway = await startGateway({
    settings: {
      providers: { first: first.settings, second: second.settings, closed: closed.settings },
      models: { ...models, down },
      resilience: {
        retry: { maxAttempts: 2, baseDelayMs: 5, maxDelayMs: 10 },
        streamRecovery: 'error',
        timeouts: { connectMs: 1000, firstTokenMs: 8000, idleMs: 2000, totalMs: 10_000 },
      },
    },
  });
  await closed.stop();
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([first.stop(), second.stop()]);
});

function targets(name: (typeof PUBLIC_NAMES)[number], one: Answer, two: Answer): readonly [FakeModel, FakeModel] {
  return [first.modelNamed(name, one), second.modelNamed(name, two)];
}

describe('the next target answers', () => {
  test.each([
    ['refused', 'answers 503 again and again', refuse(503)],
    ['reset', 'resets every connection', reset],
    ['key-refused', "refuses the gateway's key", refuse(401)],
  ] as const)('%s: when the first %s', async (name, _, failure) => {
    const [dead, alive] = targets(name, failure, reply());
    const response = await postChat(gateway, ask(name));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-provider')).toBe('second');
    expect(response.headers.get('x-gateway-model')).toBe(name);
    expect(dead.calls.length).toBeGreaterThan(0);
    expect(alive.calls).toHaveLength(1);
    expect(response.headers.get('x-gateway-attempts')).toBe(String(dead.calls.length + alive.calls.length));
  });

  test('when nothing listens at the first', async () => {
    second.modelNamed('down', reply());
    const response = await postChat(gateway, ask('down'));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-provider')).toBe('second');
  });

  test('when the first does not begin its stream within the firstTokenMs of its model', async () => {
    const [dead] = targets('silent-stream', silent, stream(wholeStream()));
    const response = await postChat(gateway, askStream('silent-stream', { stream_options: { include_usage: true } }));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-provider')).toBe('second');
    expect(withoutGatewayComment(await response.text())).toBe(wholeStream().join(''));
    await (
      await dead.call(0)
    ).hungUpAt;
  });

  test('and is told in the log', async () => {
    targets('refused', refuse(500), reply());
    const response = await postChat(gateway, ask('refused'));
    const line = await gateway.requestLog(response.headers.get('x-request-id'));
    expect(line).toMatchObject({ modelRequested: 'refused', provider: 'second', model: 'refused', status: 200 });
    expect(line.outcome).toBe('ok');
    expect(line.attempts).toBe(3);
  });
});

describe('the next target is left alone', () => {
  test('when the first refuses the request itself', async () => {
    const [refusing, spared] = targets('bad-request', refuse(400), reply());
    const response = await postChat(gateway, ask('bad-request'));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('the vendor says 400');
    expect(refusing.calls).toHaveLength(1);
    expect(spared.calls).toHaveLength(0);
  });

  test('when the first has begun its answer', async () => {
    const [, spared] = targets('cut', stream([contentChunk('po')], { ending: 'cut' }), stream(wholeStream()));
    const text = await (await postChat(gateway, askStream('cut'))).text();
    expect(errorChunksOf(text)).toHaveLength(1);
    expect(spared.calls).toHaveLength(0);
  });
});

test('names every target it tried when all of them fail', async () => {
  targets('both-dead', refuse(500), reset);
  const response = await postChat(gateway, ask('both-dead'));
  expect(response.status).toBe(502);
  const text = await response.text();
  expect(text).toContain('upstream_error');
  expect(text).toContain('first/both-dead');
  expect(text).toContain('second/both-dead');
});

test("ends with the last vendor's status when that is a 429", async () => {
  targets('both-dead', refuse(500), refuse(429));
  const response = await postChat(gateway, ask('both-dead'));
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } });
});
