import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reply, stream } from './support/answers.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({ settings: { providers: { vendor: vendor.settings } } });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

function event(delta: object, finishReason: string | null = null, index = 0): string {
  const choices = [{ index, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}

const HALF = event({ role: 'assistant', content: 'Half an' });
const DONE = 'data: [DONE]\n\n';
const hello = [{ role: 'user', content: 'Hi' }];

/** Each client's way to ask for a stream, what ends a whole answer, and what a broken one ends with. */
const clients = [
  {
    name: 'OpenAI chat',
    path: () => '/v1/chat/completions',
    body: (model: string) => ({ model, stream: true, messages: hello }),
    whole: /data: \[DONE\]/,
    broken: /"finish_reason":"error"/,
  },
  {
    name: 'OpenAI Responses',
    path: () => '/v1/responses',
    body: (model: string) => ({ model, stream: true, input: 'Hi', n: -1 }),
    whole: /event: response\.completed/,
    broken: /event: response\.failed/,
  },
  {
    name: 'Anthropic',
    path: () => '/v1/messages',
    body: (model: string) => ({ model, stream: true, max_tokens: 9, messages: hello, n: 0 }),
    whole: /event: message_stop/,
    broken: /event: error/,
  },
  {
    name: 'Gemini',
    path: (model: string) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    body: () => ({ contents: [{ parts: [{ text: 'Hi' }] }], n: 0 }),
    whole: /"finishReason":"STOP"/,
    broken: /"error":\{"code":502/,
  },
];

async function ask({ path, body }: (typeof clients)[number], model: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body(model)) };
  return (await fetch(`${gateway.url}${path(model)}`, request)).text();
}

describe.each(clients)('a stream for a client of $name', (client) => {
  test.each([
    ['closes before its finish reason', [HALF]],
    ['closes inside an event', [HALF, event({}, 'stop').slice(0, 40)]],
  ])('never looks whole when its vendor %s', async (_, events) => {
    const text = await ask(client, vendor.model(stream(events)).name);
    expect(text).toContain('Half an');
    expect(text).not.toMatch(client.whole);
    expect(text).toMatch(client.broken);
  });

  test.each([
    ['has said so', [HALF, event({}, 'stop'), DONE]],
    ['has given a finish reason and closed', [HALF, event({}, 'stop')]],
  ])('is whole when its vendor %s', async (_, events) => {
    const text = await ask(client, vendor.model(stream(events)).name);
    expect(text).toMatch(client.whole);
    expect(text).not.toMatch(client.broken);
  });
});

describe('a stream', () => {
  test.each(clients)('is broken for $name when its vendor ends it without a finish reason', async (client) => {
    const text = await ask(client, vendor.model(stream([HALF, DONE])).name);
    expect(text).not.toMatch(client.whole);
    expect(text).toMatch(client.broken);
  });
});

test('an answer of two is not whole when one of them has finished twice', async () => {
  const model = vendor.model(
    stream([event({ content: 'a' }, null, 0), event({ content: 'b' }, null, 1), event({}, 'stop'), event({}, 'stop')]),
  );
  const body = { model: model.name, stream: true, n: 2, messages: hello };
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const text = await (await fetch(`${gateway.url}/v1/chat/completions`, request)).text();
  expect(text).not.toContain('[DONE]');
});

describe('items that a response client names by their ids', () => {
  test('come back, whoever’s request id they were made under', async () => {
    const ids: string[] = [];
    for (const input of ['first', 'second']) {
      const response = await fetch(`${gateway.url}/v1/responses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': 'same' },
        body: JSON.stringify({ model: 'simulated/echo', input }),
      });
      const { output } = (await response.json()) as { output: { id: string }[] };
      ids.push(output[0]?.id ?? '');
    }
    expect(new Set(ids).size).toBe(2);
    const turn = {
      model: 'simulated/echo',
      input: [
        { type: 'item_reference', id: ids[0] },
        { role: 'user', content: 'Hi' },
      ],
    };
    const headers = { 'content-type': 'application/json' };
    const again = await fetch(`${gateway.url}/v1/responses`, { method: 'POST', headers, body: JSON.stringify(turn) });
    expect(again.status).toBe(200);
    // The echo counts words: those of the answer that was named, and the new one.
    expect(await again.json()).toMatchObject({ usage: { input_tokens: 2 } });
  });

  test('come back from a stream as they were written', async () => {
    const post = (body: object) => {
      const headers = { 'content-type': 'application/json' };
      return fetch(`${gateway.url}/v1/responses`, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    const streamed = await (await post({ model: 'simulated/echo', input: 'Grüße, 日本', stream: true })).text();
    const id = /"id":"(msg_gw_\w+)"/.exec(streamed)?.[1];
    const model = vendor.model(reply());
    await post({
      model: model.name,
      input: [
        { type: 'item_reference', id },
        { role: 'user', content: 'Hi' },
      ],
    });
    expect(model.calls[0]?.body.toString()).toContain('Grüße, 日本');
  });

  test('are refused with what to do where nobody remembers them', async () => {
    const turn = { model: 'simulated/echo', input: [{ type: 'item_reference', id: 'msg_1' }] };
    const headers = { 'content-type': 'application/json' };
    const refused = await fetch(`${gateway.url}/v1/responses`, { method: 'POST', headers, body: JSON.stringify(turn) });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('store: false') } });
  });
});
