import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuse, reply } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const ADMIN_KEY = 'gw-admin-0123456789abcdef';
const TEAM_KEY = 'gw-team-0123456789abcdef';
const PROVIDERS = '/admin/providers';
const PLAN = '/admin/models/simulated%2Fecho/plan';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

interface Answered {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** Unlike `fetch` it sends any header, and from any of this machine's addresses. */
async function get(
  gateway: Gateway,
  path: string,
  headers: Record<string, string> = {},
  localAddress = '127.0.0.1',
): Promise<Answered> {
  const call = request(`${gateway.url}${path}`, { headers, localAddress, agent: false }).end();
  const [response]: IncomingMessage[] = await once(call, 'response');
  if (response === undefined) throw new Error('no response');
  return { status: response.statusCode, body: JSON.parse(await text(response)) };
}

const refusal = {
  status: 401,
  body: {
    error: {
      message: expect.any(String) as string,
      type: 'authentication_error',
      param: null,
      code: 'invalid_api_key',
    },
  },
};

describe('with an admin key', () => {
  let vendor: FakeVendor;
  let gateway: Gateway;

  beforeAll(async () => {
    vendor = await startFakeVendor();
    gateway = await startGateway({
      settings: {
        keys: [{ name: 'team', sha256: createHash('sha256').update(TEAM_KEY).digest('hex') }],
        providers: { vendor: { ...vendor.settings, concurrency: { maxCalls: 7 } } },
        models: {
          smart: {
            strategy: 'cheapest',
            targets: [
              { provider: 'vendor', model: 'blind', capabilities: { images: false, contextTokens: 1_000 } },
              { provider: 'simulated', model: 'echo' },
            ],
            timeouts: { firstTokenMs: 1_234 },
          },
        },
      },
      env: { GATEWAY_ADMIN_KEY: ADMIN_KEY },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await vendor.stop();
  });

  describe.each([PROVIDERS, PLAN])('%s', (path) => {
    test.each<[what: string, headers: Record<string, string>]>([
      ['no key', {}],
      ['a wrong key', bearer('gw-wrong')],
      ['the admin key and something more', bearer(`${ADMIN_KEY}0`)],
      ['the hash of the admin key', bearer(createHash('sha256').update(ADMIN_KEY).digest('hex'))],
      ['a caller’s key', bearer(TEAM_KEY)],
      ['the admin key where only callers’ keys may stand', { 'x-api-key': ADMIN_KEY }],
    ])('turns away %s', async (_, headers) => {
      expect(await get(gateway, path, headers)).toEqual(refusal);
    });

    test('lets the admin key in', async () => {
      expect((await get(gateway, path, bearer(ADMIN_KEY))).status).toBe(200);
    });
  });

  test('the admin key is no caller’s key', async () => {
    const response = await postChat(gateway, ask('simulated/echo'), { headers: bearer(ADMIN_KEY) });
    expect(response.status).toBe(401);
  });

  test('the key is looked at before the query', async () => {
    expect((await get(gateway, `${PLAN}?stream=perhaps`)).status).toBe(401);
  });

  test('providers are shown with what became of their calls, and without a key', async () => {
    const good = vendor.model(reply());
    const broken = vendor.model(refuse(401));
    const headers = bearer(TEAM_KEY);
    for (let calls = 0; calls < 3; calls++) await (await postChat(gateway, ask(good.name), { headers })).text();
    await (await postChat(gateway, ask(broken.name), { headers })).text();
    await (await postChat(gateway, askStream('simulated/echo'), { headers })).text();

    const { body } = await get(gateway, PROVIDERS, bearer(ADMIN_KEY));
    const milliseconds = expect.any(Number) as number;
    expect(body).toEqual({
      next: null,
      data: [
        {
          name: 'simulated',
          type: 'simulated',
          speaks: ['openai-chat'],
          concurrency: { running: 0, queued: 0, maxCalls: 1_000 },
          retries: { running: 0 },
          models: [
            {
              model: 'echo',
              circuit: { state: 'closed' },
              inFlight: 0,
              calls: 1,
              errorRate: 0,
              latencyMs: { p50: milliseconds, p95: milliseconds, p99: milliseconds },
              firstTokenMs: milliseconds,
            },
          ],
        },
        {
          name: 'vendor',
          type: 'openai-compatible',
          speaks: ['openai-chat'],
          concurrency: { running: 0, queued: 0, maxCalls: 7 },
          retries: { running: 0 },
          models: [
            {
              model: broken.id,
              circuit: { state: 'closed' },
              inFlight: 0,
              calls: 1,
              errorRate: 1,
              latencyMs: null,
              firstTokenMs: null,
              lastKeyRefusedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
            },
            {
              model: good.id,
              circuit: { state: 'closed' },
              inFlight: 0,
              calls: 3,
              errorRate: 0,
              latencyMs: { p50: milliseconds, p95: milliseconds, p99: milliseconds },
              firstTokenMs: null,
            },
          ],
        },
      ],
    });
    for (const key of [vendor.apiKey, TEAM_KEY, ADMIN_KEY]) expect(JSON.stringify(body)).not.toContain(key);
  });

  test('a plan shows where a request would go, and what it cannot be sent to, and calls nobody', async () => {
    const unseeing = vendor.modelNamed('blind', reply());
    const blind = { provider: 'vendor', model: unseeing.id };
    const echo = { provider: 'simulated', model: 'echo', typicalCostUsd: '0' };
    const plan = (query: string) => get(gateway, `/admin/models/smart/plan${query}`, bearer(ADMIN_KEY));

    expect(await plan('')).toMatchObject({
      status: 200,
      body: { model: 'smart', strategy: 'cheapest', totalMs: 600_000, targets: [echo, blind], skipped: [] },
    });
    expect(await plan('?images=true&stream=true')).toMatchObject({
      body: {
        streamRecovery: 'continue',
        targets: [{ ...echo, timeouts: { connectMs: 5_000, firstTokenMs: 1_234, idleMs: 15_000 } }],
        skipped: [{ ...blind, reason: 'images' }],
      },
    });
    expect(await plan('?input_tokens=1001')).toMatchObject({
      body: { targets: [echo], skipped: [{ ...blind, reason: 'context_window' }] },
    });
    expect(await plan('?fallbacks=vendor/other,simulated/echo')).toMatchObject({
      body: { targets: [echo, blind, { provider: 'vendor', model: 'other' }] },
    });
    expect(unseeing.calls).toEqual([]);
  });

  test.each(['simulated%2Fecho', 'simulated%2forg%2Fa%3Ab', `vendor%2F${'%3A'.repeat(100)}`])(
    'a plan is found by a name with escapes in it: %.30s',
    async (name) => {
      expect(await get(gateway, `/admin/models/${name}/plan`, bearer(ADMIN_KEY))).toMatchObject({
        status: 200,
        body: { model: decodeURIComponent(name) },
      });
    },
  );

  test.each([
    ['stream', 'maybe'],
    ['input_tokens', '-1'],
    ['fallbacks', 'a,,b'],
  ])('a plan is not made for %s=%s', async (param, value) => {
    expect(await get(gateway, `${PLAN}?${param}=${value}`, bearer(ADMIN_KEY))).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request_error', param } },
    });
  });

  test('there is no plan for a model that nobody knows', async () => {
    expect(await get(gateway, '/admin/models/smrt/plan', bearer(ADMIN_KEY))).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found', message: expect.stringContaining("'smart'") as string } },
    });
  });
});

describe('without an admin key, while the gateway is open', () => {
  let gateway: Gateway;
  let port = '';

  beforeAll(async () => {
    gateway = await startGateway();
    port = new URL(gateway.url).port;
  });
  afterAll(() => gateway.stop());

  test('programs on this machine are let in', async () => {
    for (const path of [PROVIDERS, PLAN]) expect((await get(gateway, path)).status).toBe(200);
    expect((await get(gateway, PROVIDERS, { host: `localhost:${port}` })).status).toBe(200);
    expect((await get(gateway, PROVIDERS, {}, '127.0.0.2')).status).toBe(200);
    expect((await get(gateway, PROVIDERS, bearer('anything'))).status).toBe(200);
  });

  test('pages of the gateway itself are let in', async () => {
    const headers = { origin: gateway.url, 'sec-fetch-site': 'same-origin' };
    expect((await get(gateway, PROVIDERS, headers)).status).toBe(200);
  });

  test.each<[what: string, headers: Record<string, string>]>([
    ['a page that has a name of its own for this machine', { host: 'rebound.evil.example' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a link on another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:3000' }],
    ['what a proxy hands on', { 'x-forwarded-for': '203.0.113.7' }],
  ])('%s is turned away', async (_, headers) => {
    for (const path of [PROVIDERS, PLAN]) expect(await get(gateway, path, headers)).toEqual(refusal);
  });
});

test('without an admin key, nobody is let in once the gateway has keys', async () => {
  const keys = [{ name: 'team', sha256: createHash('sha256').update(TEAM_KEY).digest('hex') }];
  const gateway = await startGateway({ settings: { keys } });
  try {
    expect(await get(gateway, PROVIDERS)).toEqual(refusal);
    expect(await get(gateway, PROVIDERS, bearer(TEAM_KEY))).toEqual(refusal);
  } finally {
    await gateway.stop();
  }
});
