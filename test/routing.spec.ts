import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { after, refuse, reply, silent, stream } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { wholeStream } from './support/chat-wire.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

let first: FakeVendor;
let second: FakeVendor;
let gateway: Gateway;

const STRATEGIES = ['weighted', 'least-latency', 'least-busy', 'cheapest'] as const;

beforeAll(async () => {
  [first, second] = await Promise.all([startFakeVendor('first'), startFakeVendor('second')]);
  const targets = (model: string) => [
    { provider: 'first', model, weight: 1 },
    { provider: 'second', model, weight: 3 },
  ];
  const incapable = (capabilities: object) => [
    { provider: 'first', model: 'incapable', capabilities },
    { provider: 'second', model: 'incapable' },
  ];
  gateway = await startGateway({
    settings: {
      limits: { requestsPerMinute: 1_000_000 },
      providers: { first: first.settings, second: second.settings },
      models: {
        ...Object.fromEntries(STRATEGIES.map((strategy) => [strategy, { strategy, targets: targets(strategy) }])),
        'no-images': { targets: incapable({ images: false }) },
        'no-tools': { targets: incapable({ tools: false }) },
        'no-schema': { targets: incapable({ jsonSchema: false }) },
        small: { targets: incapable({ contextTokens: 100 }) },
      },
      pricing: {
        overrides: [
          { provider: 'first', model: 'cheapest', inputUsdPerMillion: 2, outputUsdPerMillion: 2 },
          { provider: 'second', model: 'cheapest', inputUsdPerMillion: 1, outputUsdPerMillion: 1 },
        ],
      },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([first.stop(), second.stop()]);
});

async function answeredBy(body: object): Promise<string | null> {
  const response = await postChat(gateway, body);
  await response.text();
  expect(response.status).toBe(200);
  return response.headers.get('x-gateway-provider');
}

describe('a strategy', () => {
  test('weighted: spreads requests by weight', async () => {
    first.modelNamed('weighted', reply());
    second.modelNamed('weighted', reply());
    const answers = await Promise.all(Array.from({ length: 200 }, () => answeredBy(ask('weighted'))));
    const share = answers.filter((provider) => provider === 'second').length / answers.length;
    // Six standard deviations around three quarters.
    expect(Math.abs(share - 0.75)).toBeLessThan(0.19);
  });

  test('least-latency: prefers who begins sooner, once both were measured', async () => {
    first.modelNamed('least-latency', after(150, stream(wholeStream())));
    second.modelNamed('least-latency', stream(wholeStream()));
    await answeredBy(askStream('least-latency'));
    await answeredBy(askStream('least-latency'));
    for (let asked = 0; asked < 5; asked++) expect(await answeredBy(askStream('least-latency'))).toBe('second');
  });

  test('least-busy: goes around a target that has calls', async () => {
    const busy = first.modelNamed('least-busy', silent, reply());
    second.modelNamed('least-busy', reply());
    const left = new AbortController();
    const waiting = postChat(gateway, ask('least-busy'), { signal: left.signal }).catch(() => undefined);
    await busy.call(0);
    expect(await answeredBy(ask('least-busy'))).toBe('second');
    left.abort();
    await waiting;
  });

  test('cheapest: prefers the lower price', async () => {
    first.modelNamed('cheapest', reply());
    second.modelNamed('cheapest', reply());
    expect(await answeredBy(ask('cheapest'))).toBe('second');
  });
});

describe('a target that cannot take the request', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
  const format = { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' } } };

  test.each([
    ['no-images', { messages: [{ role: 'user', content: [image] }] }, 'images'],
    ['no-tools', { tools }, 'tools'],
    ['no-schema', { response_format: format }, 'json_schema'],
    ['small', { messages: [{ role: 'user', content: 'one two three '.repeat(100) }] }, 'context_window'],
  ] as const)('is passed over, with the reason in the log: %s', async (model, fields, reason) => {
    const passed = first.modelNamed('incapable', reply());
    second.modelNamed('incapable', reply());
    const response = await postChat(gateway, { ...ask(model), ...fields });
    expect(response.headers.get('x-gateway-provider')).toBe('second');
    expect(passed.calls).toHaveLength(0);
    const line = await gateway.requestLog(response.headers.get('x-request-id'));
    expect(line).toMatchObject({ trail: { skipped: [{ provider: 'first', model: 'incapable', reason }] } });
    expect(await answeredBy(ask(model))).toBe('first');
  });
});

describe('fallbacks of a request', () => {
  const paths = [
    ['/v1/chat/completions', (model: string) => ask(model)],
    ['/v1/messages', (model: string) => ask(model, { max_tokens: 10 })],
    ['/v1/responses', (model: string) => ({ model, input: 'ping' })],
    ['/v1beta/models/$model:generateContent', () => ({ contents: [{ role: 'user', parts: [{ text: 'ping' }] }] })],
  ] as const;

  async function post(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  test.each(paths)('are asked when its model has failed, and no vendor sees them: %s', async (path, bodyFor) => {
    const dead = first.model(refuse(404));
    const alive = second.model(reply());
    const body = { ...bodyFor(dead.name), fallbacks: [alive.name] };
    const response = await post(path.replace('$model', dead.name), body);
    expect([response.status, response.headers.get('x-gateway-provider')]).toEqual([200, 'second']);
    expect(dead.calls[0]?.body.toString()).not.toContain('fallbacks');
    expect(alive.calls[0]?.body.toString()).not.toContain('fallbacks');
  });

  test.each([
    ['a text', 'first/x', 'fallbacks', 400],
    ['names that are no texts', [7], 'fallbacks', 400],
    ['too many', Array.from({ length: 9 }, () => 'first/x'), 'fallbacks', 400],
    ['a model that does not exist', ['nobody/nothing'], 'fallbacks[0]', 404],
  ])('are refused before any vendor is asked where they are %s', async (_, fallbacks, param, status) => {
    const model = first.model(reply());
    const response = await postChat(gateway, ask(model.name, { fallbacks }));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { param } });
    expect(model.calls).toHaveLength(0);
  });
});

describe('x-gateway-timeout-ms', () => {
  test('ends the whole request, and the vendor’s call with it', async () => {
    const model = first.model(silent);
    const began = performance.now();
    const response = await postChat(gateway, ask(model.name), { headers: { 'x-gateway-timeout-ms': '300' } });
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_timeout' } });
    expect(performance.now() - began).toBeGreaterThanOrEqual(290);
    await (
      await model.call(0)
    ).hungUpAt;
  });

  test('leaves time for a fallback', async () => {
    const body = ask(first.model(silent).name, { fallbacks: [second.model(reply()).name] });
    const response = await postChat(gateway, body, { headers: { 'x-gateway-timeout-ms': '2000' } });
    expect([response.status, response.headers.get('x-gateway-provider')]).toEqual([200, 'second']);
  });

  test('does not let one caller’s haste count against a vendor that is well', async () => {
    const slow = first.model(after(200, reply()));
    const hasty = ask(slow.name, { fallbacks: [second.model(reply()).name] });
    for (let calls = 0; calls < 8; calls++) {
      const response = await postChat(gateway, hasty, { headers: { 'x-gateway-timeout-ms': '100' } });
      expect(response.headers.get('x-gateway-provider')).toBe('second');
    }
    expect(slow.calls).toHaveLength(8);
    expect(await answeredBy(ask(slow.name, { fallbacks: ['simulated/echo'] }))).toBe('first');
  });

  test('holds while a vendor does not say what models it has', async () => {
    const mute = createServer(() => undefined);
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const provider = { type: 'openai-compatible', baseUrl: `http://127.0.0.1:${port}`, allowPrivateNetwork: true };
    const waiting = await startGateway({ settings: { providers: { mute: provider } } });
    const response = await postChat(waiting, ask('unknown'), { headers: { 'x-gateway-timeout-ms': '200' } });
    expect(response.status).toBe(504);
    await waiting.stop();
    mute.closeAllConnections();
    mute.close();
  });

  test.each(['0', '-1', 'soon', '1.5'])('is refused where it is %s', async (wish) => {
    const model = first.model(reply());
    const response = await postChat(gateway, ask(model.name), { headers: { 'x-gateway-timeout-ms': wish } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'x-gateway-timeout-ms' } });
  });
});
