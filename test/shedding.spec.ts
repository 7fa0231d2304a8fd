import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askStream, postChat } from './support/chat-client.js';
import { startGateway, type Gateway } from './support/gateway.js';

/** One hundredth of this is less than any Node process needs. */
const HEAP_MEBIBYTES = 512;
const CALLS = 20;

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({
    settings: { server: { shedding: { heapPercent: 1 } } },
    env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MEBIBYTES}`, GATEWAY_ADMIN_KEY: 'gw-admin' },
  });
  await gateway.log((line) => line.msg === 'overloaded: new requests are refused');
});
afterAll(() => gateway.stop());

function postMessage(): Promise<Response> {
  return fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ ...ask('simulated/echo'), max_tokens: 10 }),
  });
}

/** In the middle of so many calls, one after the other. */
async function medianMs(send: () => Promise<Response>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < CALLS; count++) {
    const startedAt = performance.now();
    const response = await send();
    await response.text();
    expect(response.status).toBe(503);
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[CALLS / 2] ?? NaN;
}

function expectRefusal({ status, headers }: Response): void {
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('1');
  expect(headers.get('retry-after-ms')).toBe('1000');
  expect(headers.get('x-should-retry')).toBeNull();
  expect(headers.get('x-request-id')).not.toBeNull();
}

describe('a gateway with more work than it can do', () => {
  test.each([
    ['as JSON', ask('simulated/echo')],
    ['as a stream', askStream('simulated/echo')],
  ])('refuses a chat completion in its own shape, %s', async (_, body) => {
    const response = await postChat(gateway, body);
    expectRefusal(response);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String) as string, type: 'overloaded_error', param: null, code: 'overloaded' },
    });
  });

  test("refuses a message in Anthropic's shape", async () => {
    const response = await postMessage();
    expectRefusal(response);
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error', message: expect.any(String) as string },
    });
  });

  test('refuses within 50 ms', async () => {
    expect(await medianMs(() => postChat(gateway, ask('simulated/echo')))).toBeLessThan(50);
    expect(await medianMs(postMessage)).toBeLessThan(50);
  });

  test('is healthy and ready, and shows its providers', async () => {
    const headers = { authorization: 'Bearer gw-admin' };
    for (const path of ['/health/live', '/health/ready', '/admin/providers']) {
      expect((await fetch(gateway.url + path, { headers })).status).toBe(200);
    }
  });

  test('says that it refuses once, and tells of each request that it did', async () => {
    await (await postChat(gateway, ask('simulated/echo'), { headers: { 'x-request-id': 'refused' } })).text();
    expect(await gateway.requestLog('refused')).toMatchObject({ status: 503, error: { code: 'overloaded' } });
    expect(gateway.logs().filter(({ msg }) => msg?.startsWith('overloaded'))).toHaveLength(1);
  });
});
