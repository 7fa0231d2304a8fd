import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reply } from './support/answers.js';
import { ask, postChat } from './support/chat-client.js';
import { startFakeVendor, type FakeModel, type FakeVendor } from './support/fake-vendor.js';
import { GatewayDidNotStart, startGateway, type Gateway } from './support/gateway.js';

const KEY = 'gw-0123456789abcdef0123456789abcdef';

let vendor: FakeVendor;
let model: FakeModel;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  model = vendor.model(reply());
  gateway = await startGateway({
    settings: {
      auth: { mode: 'keys' },
      keys: [{ name: 'team-a', sha256: createHash('sha256').update(KEY).digest('hex') }],
      providers: { vendor: vendor.settings },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

describe('a gateway with keys', () => {
  test.each([
    ['no key', {}],
    ['a wrong key', { authorization: 'Bearer gw-wrong' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ["the key's hash", { authorization: `Bearer ${createHash('sha256').update(KEY).digest('hex')}` }],
    ['half of the key', { authorization: `Bearer ${KEY.slice(0, 18)}` }],
    ['the key under another scheme', { authorization: `Basic ${KEY}` }],
    ['a quote in the key', { authorization: `Bearer ' OR 1=1 --` }],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    const response = await postChat(gateway, ask(model.name), { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key', param: null } });
    expect((await fetch(`${gateway.url}/v1/models`, { headers })).status).toBe(401);
    expect(model.calls).toHaveLength(0);
  });

  test.each(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])('takes its key from %s', async (name) => {
    const headers = { [name]: name === 'authorization' ? `Bearer ${KEY}` : KEY };
    const response = await postChat(gateway, ask('simulated/echo'), { headers });
    expect(response.status).toBe(200);
    expect((await fetch(`${gateway.url}/v1/models`, { headers })).status).toBe(200);
  });

  test('checks the key before it looks at the body', async () => {
    expect((await postChat(gateway, '{"broken')).status).toBe(401);
  });

  test('shows its health to everybody', async () => {
    for (const path of ['/health/live', '/health/ready']) expect((await fetch(gateway.url + path)).status).toBe(200);
  });
});

test('a gateway does not open itself to a network without a key', async () => {
  const outcome = await startGateway({ env: { HOST: '0.0.0.0' } }).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(GatewayDidNotStart);
  expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('keys') });
});
