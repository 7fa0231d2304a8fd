import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reply, stream } from './support/answers.js';
import { ask, askStream, postChat } from './support/chat-client.js';
import { wholeStream } from './support/chat-wire.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const LIMIT = 4;
/** OpenAI's form of a duration: `12ms`, `1s`, `6m0s`. */
const DURATION = /^(\d+ms|(\d+h)?(\d+m)?\d+(\.\d+)?s)$/;

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: { limits: { requestsPerMinute: LIMIT }, providers: { vendor: vendor.settings } },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

async function statusesOf(calls: number, send: () => Promise<Response>): Promise<number[]> {
  const statuses: number[] = [];
  for (let count = 0; count < calls; count++) {
    const response = await send();
    await response.text();
    statuses.push(response.status);
  }
  return statuses;
}

const allowedThenRefused = [...Array.from({ length: LIMIT }, () => 200), 429];

/** A request from an address of its own: all of 127.0.0.0/8 is this machine. */
async function statusFrom(localAddress: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const call = request(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    localAddress,
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  });
  call.end(JSON.stringify(ask('simulated/echo')));
  const [response]: IncomingMessage[] = await once(call, 'response');
  response?.resume();
  return response?.statusCode;
}

describe('a success', () => {
  test('tells the limit, what is left of it and when it is whole again', async () => {
    for (const remaining of [LIMIT - 1, LIMIT - 2]) {
      const { status, headers } = await postChat(gateway, ask('simulated/echo'), bearer('successful'));
      expect(status).toBe(200);
      expect(headers.get('x-ratelimit-limit-requests')).toBe(String(LIMIT));
      expect(headers.get('x-ratelimit-remaining-requests')).toBe(String(remaining));
      expect(headers.get('x-ratelimit-reset-requests')).toMatch(DURATION);
      expect(headers.get('retry-after')).toBeNull();
    }
  });

  test('tells it for a stream as well', async () => {
    const model = vendor.model(stream(wholeStream()));
    const response = await postChat(gateway, askStream(model.name), bearer('streaming'));
    await response.text();
    expect(response.headers.get('x-ratelimit-limit-requests')).toBe(String(LIMIT));
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe(String(LIMIT - 1));
  });
});

describe('a request beyond the limit', () => {
  test('is a 429 that says when to come back and never reaches the vendor', async () => {
    const model = vendor.model(reply());
    const send = () => postChat(gateway, ask(model.name), bearer('eager'));
    expect(await statusesOf(LIMIT, send)).toEqual(Array.from({ length: LIMIT }, () => 200));
    const refused = await send();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual({
      error: {
        message: expect.any(String),
        type: expect.any(String),
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
    const seconds = Number(refused.headers.get('retry-after'));
    const milliseconds = Number(refused.headers.get('retry-after-ms'));
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(seconds).toBe(Math.ceil(milliseconds / 1000));
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(refused.headers.get('x-ratelimit-limit-requests')).toBe(String(LIMIT));
    expect(refused.headers.get('x-ratelimit-reset-requests')).toMatch(DURATION);
    expect(model.calls).toHaveLength(LIMIT);
  });

  test('is refused no matter how many come at once', async () => {
    const responses = await Promise.all(
      Array.from({ length: LIMIT * 5 }, () => postChat(gateway, ask('simulated/echo'), bearer('at-once'))),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(LIMIT * 4);
  });

  test('is recorded in the log', async () => {
    const send = () => postChat(gateway, ask('simulated/echo'), bearer('logged'));
    await statusesOf(LIMIT, send);
    const refused = await send();
    const line = await gateway.requestLog(refused.headers.get('x-request-id'));
    expect(line).toMatchObject({ status: 429, outcome: 'failed', error: { code: 'rate_limit_exceeded' } });
  });

  test('leaves the health checks alone', async () => {
    await statusesOf(LIMIT + 1, () => postChat(gateway, ask('simulated/echo')));
    expect(await statusesOf(LIMIT * 2, () => fetch(`${gateway.url}/health/live`))).not.toContain(429);
  });
});

describe('the limit', () => {
  test('counts for each key alone', async () => {
    const first = () => postChat(gateway, ask('simulated/echo'), bearer('first-key'));
    const second = () => postChat(gateway, ask('simulated/echo'), bearer('second-key'));
    expect(await statusesOf(LIMIT + 1, first)).toEqual(allowedThenRefused);
    expect((await second()).status).toBe(200);
  });

  test('counts a key alike in every header that may carry it', async () => {
    const headers = ['x-api-key', 'api-key', 'x-goog-api-key'];
    for (const name of headers) {
      const response = await postChat(gateway, ask('simulated/echo'), { headers: { [name]: 'one-key' } });
      expect(response.status).toBe(200);
    }
    const last = await postChat(gateway, ask('simulated/echo'), bearer('one-key'));
    expect(last.headers.get('x-ratelimit-remaining-requests')).toBe(String(LIMIT - headers.length - 1));
  });

  test('counts by address where there is no key, whatever address the client claims', async () => {
    const statuses: (number | undefined)[] = [];
    for (let count = 0; count <= LIMIT; count++) {
      statuses.push(await statusFrom('127.0.0.2', { 'x-forwarded-for': `203.0.113.${count}` }));
    }
    expect(statuses).toEqual(allowedThenRefused);
    expect(await statusFrom('127.0.0.3')).toBe(200);
  });
});
