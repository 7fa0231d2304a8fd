import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reply } from './support/answers.js';
import { ask, postChat } from './support/chat-client.js';
import { startFakeVendor, type FakeModel, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const MAX_BODY_BYTES = 64 * 1024;
/** What gives away a stack trace or a path. */
const INTERNALS = /node_modules|\.js:|\bat \//;

let vendor: FakeVendor;
let model: FakeModel;
/** No request for this model is ever right. */
let untouched: FakeModel;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  model = vendor.model(reply());
  untouched = vendor.model(reply());
  gateway = await startGateway({
    settings: { server: { maxBodyBytes: MAX_BODY_BYTES }, providers: { vendor: vendor.settings } },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

/** The contract's error for a case, as {@link whatCameBack} reads it. */
const refusal = (status: number, code: string, param: string | null) => ({
  status,
  contentType: expect.stringMatching(/^application\/json/),
  requestId: expect.stringMatching(/./),
  traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
  body: { error: { message: expect.not.stringMatching(INTERNALS), type: expect.any(String), param, code } },
});

async function whatCameBack(response: Response): Promise<object> {
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    requestId: response.headers.get('x-request-id'),
    traceparent: response.headers.get('traceparent'),
    body: await response.json(),
  };
}

const user = (content: unknown) => ({ role: 'user', content });

/** Field by field: what is wrong with it, and the name the error must give. */
const WRONG_FIELDS: ReadonlyArray<readonly [param: string, fault: string, fields: object]> = [
  ['model', 'missing', { model: undefined }],
  ['model', 'a number', { model: 7 }],
  ['model', 'empty', { model: '' }],
  ['messages', 'missing', { messages: undefined }],
  ['messages', 'empty', { messages: [] }],
  ['messages', 'a string', { messages: 'hello' }],
  ['messages[0]', 'a string', { messages: ['hello'] }],
  ['messages[1].role', 'unknown', { messages: [user('hello'), { role: 'robot', content: 'x' }] }],
  ['messages[0].role', 'missing', { messages: [{ content: 'x' }] }],
  ['messages[2].content', 'a number', { messages: [user('a'), user('b'), user(7)] }],
  ['messages[0].content', 'a list of parts without a type', { messages: [user([{ text: 'x' }])] }],
  ['temperature', 'too high', { temperature: 2.1 }],
  ['temperature', 'negative', { temperature: -0.1 }],
  ['temperature', 'a string', { temperature: 'hot' }],
  ['top_p', 'too high', { top_p: 1.1 }],
  ['n', 'zero', { n: 0 }],
  ['max_tokens', 'negative', { max_tokens: -1 }],
  ['max_tokens', 'broken', { max_tokens: 1.5 }],
  ['max_completion_tokens', 'a string', { max_completion_tokens: 'many' }],
  ['presence_penalty', 'too high', { presence_penalty: 2.5 }],
  ['frequency_penalty', 'too low', { frequency_penalty: -2.5 }],
  ['stream', 'a string', { stream: 'yes' }],
  ['stream_options', 'a string', { stream: true, stream_options: 'usage' }],
  ['stop', 'a number', { stop: 7 }],
  ['tools', 'an object', { tools: {} }],
  ['logprobs', 'a string', { logprobs: 'yes' }],
  ['top_logprobs', 'too high', { top_logprobs: 21 }],
  ['seed', 'a string', { seed: 'x' }],
  ['user', 'a number', { user: 7 }],
];

describe('a field that is wrong', () => {
  test.each(WRONG_FIELDS)('is named: %s is %s', async (param, _, fields) => {
    const response = await postChat(gateway, { ...ask(untouched.name), ...fields });
    expect(await whatCameBack(response)).toEqual(refusal(400, 'invalid_request_error', param));
    expect(untouched.calls).toHaveLength(0);
  });
});

describe('a body that is wrong', () => {
  test.each([
    ['broken JSON', '{"model": "simulated/echo", "messages": [}'],
    ['cut JSON', '{"model": "simulated/echo"'],
    ['empty', ''],
    ['a list', '[]'],
    ['a string', '"hello"'],
    ['null', 'null'],
  ])('is refused: %s', async (_, body) => {
    expect(await whatCameBack(await postChat(gateway, body))).toEqual(refusal(400, 'invalid_request_error', null));
  });

  test('never has its own text quoted back', async () => {
    const response = await postChat(gateway, '{"messages":[{"role":"user","content":"a private sentence" oops');
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('private sentence');
  });

  test('is refused as too large by its declared length', async () => {
    const body = JSON.stringify(ask(untouched.name, { padding: 'x'.repeat(MAX_BODY_BYTES) }));
    expect(await whatCameBack(await postChat(gateway, body))).toEqual(refusal(413, 'request_too_large', null));
    expect(untouched.calls).toHaveLength(0);
  });

  test('is refused as too large when it does not say how long it is', async () => {
    const call = request(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    // The gateway may close the connection while the rest of the body is still on its way.
    call.on('error', () => undefined);
    call.write('{"padding":"');
    call.write('x'.repeat(MAX_BODY_BYTES));
    const [response]: IncomingMessage[] = await once(call, 'response');
    expect(response?.statusCode).toBe(413);
    expect(response && (await readJson(response))).toMatchObject({ error: { code: 'request_too_large' } });
    call.destroy();
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    'is refused with the content type %s',
    async (type) => {
      const response = await postChat(gateway, JSON.stringify(ask(untouched.name)), {
        headers: { 'content-type': type },
      });
      expect(await whatCameBack(response)).toEqual(refusal(400, 'invalid_request_error', 'content-type'));
    },
  );
});

describe('what is unusual but not wrong', () => {
  test.each([
    ['unknown fields', { something_new: { deep: [1, { er: null }] } }],
    ['null where a field is optional', { temperature: null, max_tokens: null, stop: null, stream: null, tools: null }],
    ['the edges of the ranges', { temperature: 2, top_p: 1, presence_penalty: -2, frequency_penalty: 2, n: 1 }],
    ['parts as content', { messages: [user([{ type: 'text', text: 'hello' }])] }],
    ['parts of a new type', { messages: [user([{ type: 'hologram', hologram: {} }])] }],
    [
      'a tool call without content',
      {
        messages: [
          user('weather?'),
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'w', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
        ],
      },
    ],
    ['the developer role', { messages: [{ role: 'developer', content: 'be brief' }, user('hello')] }],
  ])('passes: %s', async (_, fields) => {
    const callsBefore = model.calls.length;
    const response = await postChat(gateway, { ...ask(model.name), ...fields });
    expect(response.status).toBe(200);
    expect(model.calls).toHaveLength(callsBefore + 1);
  });

  test('passes: unknown fields with the names that JavaScript trips over', async () => {
    const fields = '"__proto__":{"a":1},"constructor":{"prototype":{"b":1}},"toString":1';
    const sent = (name: string) => `{"model":"${name}","messages":[{"role":"user","content":"x"}],${fields}}`;
    const response = await postChat(gateway, sent(model.name));
    expect(response.status).toBe(200);
    expect(model.calls.at(-1)?.body.toString()).toBe(sent(model.id));
  });

  test('passes: a content type with a charset', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await postChat(gateway, ask(model.name), { headers })).status).toBe(200);
  });

  test('survives a body that is nested thousands of levels deep', async () => {
    const deep = '['.repeat(15_000) + ']'.repeat(15_000);
    const response = await postChat(
      gateway,
      `{"model":"${model.name}","messages":[{"role":"user","content":"x"}],"deep":${deep}}`,
    );
    expect([200, 400]).toContain(response.status);
    expect((await postChat(gateway, ask(model.name))).status).toBe(200);
  });
});

describe('a name that is not there', () => {
  test('is 404 model_not_found with close matches', async () => {
    const response = await postChat(gateway, ask('simulatd/echo'));
    expect(await response.clone().text()).toContain('simulated/echo');
    expect(await whatCameBack(response)).toEqual(refusal(404, 'model_not_found', 'model'));
  });

  test.each(['/v1/nothing', '/v1/chat/completion'])('is 404 in the form of an API error: %s', async (path) => {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(404);
    expect(Object.keys((await response.json()) as { error: object })).toEqual(['error']);
  });
});
