import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, refuse, reply, stream } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { chatReply, wholeStream } from './support/chat-wire.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

let vendor: FakeVendor;
let stranger: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  [vendor, stranger] = await Promise.all([startFakeVendor('vendor'), startFakeVendor('stranger')]);
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings, stranger: stranger.settings },
      resilience: { retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2 } },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([vendor.stop(), stranger.stop()]);
});

describe("a provider's key", () => {
  test('goes to its own provider and no other', async () => {
    const [mine, theirs] = [vendor.model(reply()), stranger.model(reply())];
    await postChat(gateway, ask(mine.name));
    await postChat(gateway, ask(theirs.name));
    expect(mine.calls[0]?.headers.authorization).toBe(`Bearer ${vendor.apiKey}`);
    expect(theirs.calls[0]?.headers.authorization).toBe(`Bearer ${stranger.apiKey}`);
  });

  test('is not carried along a redirect, which fails instead', async () => {
    const elsewhere = stranger.modelNamed('elsewhere', reply());
    for (const status of [301, 302, 303, 307, 308]) {
      const location = `${stranger.baseUrl}/chat/completions`;
      const redirecting = vendor.model(json('', { status, headers: { location } }));
      const response = await postChat(gateway, ask(redirecting.name));
      expect(response.status, `after a ${status}`).toBe(502);
      expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } });
      expect(response.headers.get('location')).toBeNull();
    }
    expect(elsewhere.calls).toHaveLength(0);
  });

  test('cannot be drawn to an address that a request names', async () => {
    const model = vendor.model(reply());
    const connectionsBefore = stranger.connections;
    const host = new URL(stranger.baseUrl).host;
    const headers = { 'x-forwarded-host': host, 'x-base-url': stranger.baseUrl, 'x-openai-base-url': stranger.baseUrl };
    const fields = { base_url: stranger.baseUrl, api_base: stranger.baseUrl, extra_headers: { host } };
    expect((await postChat(gateway, ask(model.name, fields), { headers })).status).toBe(200);
    expect(stranger.connections).toBe(connectionsBefore);
  });

  test('is not leaked when the vendor refuses it', async () => {
    for (const status of [401, 403]) {
      const body = `{"error":{"message":"Incorrect API key ${vendor.apiKey} of org-secret-account"}}`;
      const refusing = vendor.model(json(body, { status }));
      const response = await postChat(gateway, ask(refusing.name));
      const text = await response.text();
      expect(response.status).toBe(502);
      expect(text).toContain('upstream_error');
      expect(text).not.toContain(vendor.apiKey);
      expect(text).not.toContain('org-secret-account');
      expect(refusing.calls).toHaveLength(1);
    }
  });
});

test("passes on the client's headers of the allow-list and none besides", async () => {
  const model = vendor.model(reply());
  const allowed = {
    'openai-beta': 'assistants=v2',
    'anthropic-beta': 'beta-1',
    'anthropic-version': '2023-06-01',
    'x-stainless-lang': 'js',
    'user-agent': 'a-client/1.0',
  };
  const forbidden = {
    'x-api-key': 'client-key',
    'api-key': 'client-key',
    'x-goog-api-key': 'client-key',
    cookie: 'session=1',
    'x-forwarded-for': '203.0.113.9',
    'openai-organization': 'org-of-client',
    'x-anything': 'else',
  };
  const headers = { ...allowed, ...forbidden, authorization: 'Bearer client-key' };
  expect((await postChat(gateway, ask(model.name), { headers })).status).toBe(200);
  const received = model.calls[0]?.headers;
  expect(received).toMatchObject(allowed);
  for (const name of Object.keys(forbidden)) expect(received).not.toHaveProperty(name);
  expect(JSON.stringify(received)).not.toContain('client-key');
});

test("keeps the vendor's account and cookies to itself", async () => {
  const account = {
    'set-cookie': '__cf_bm=1',
    'openai-organization': 'org-secret-account',
    'openai-project': 'proj-secret',
    'x-ratelimit-remaining-requests': '4999',
    'x-ratelimit-limit-tokens': '777777',
  };
  const plain = await postChat(gateway, ask(vendor.model(json(chatReply(), { headers: account })).name));
  expect(plain.status).toBe(200);
  for (const name of ['set-cookie', 'openai-organization', 'openai-project'])
    expect(plain.headers.get(name)).toBeNull();
  expect(plain.headers.get('x-ratelimit-remaining-requests')).not.toBe('4999');
  expect(plain.headers.get('x-ratelimit-limit-tokens')).not.toBe('777777');
});

test('reuses one connection for calls that follow each other, JSON, streamed and refused', async () => {
  const lonely = await startFakeVendor('lonely');
  const own = await startGateway({ settings: { providers: { lonely: lonely.settings } } });
  try {
    const replying = lonely.model(reply());
    const streaming = lonely.model(stream(wholeStream()));
    const refusing = lonely.model(refuse(400));
    for (let round = 0; round < 4; round++) {
      await (await postChat(own, ask(replying.name))).text();
      await (await postChat(own, askStream(streaming.name))).text();
      await (await postChat(own, ask(refusing.name))).text();
    }
    const calls = [...replying.calls, ...streaming.calls, ...refusing.calls];
    expect(calls).toHaveLength(12);
    expect(new Set(calls.map((call) => call.connection)).size).toBe(1);
  } finally {
    await own.stop();
    await lonely.stop();
  }
});
