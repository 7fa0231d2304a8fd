import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, reply, stream } from './support/answers.js';
import { ask, postChat } from './support/chat-client.js';
import { wholeStream } from './support/chat-wire.js';
import { startFakeVendor, type FakeModel, type FakeVendor } from './support/fake-vendor.js';
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

/** Everything that a parse and a re-serialisation would change: none of it may change on the way. */
const DELICATE_FIELDS = [
  '"zeta" : 1.0',
  '"alpha":\t1e3',
  '"big": 12345678901234567890123',
  '"precise": 0.1000000000000000055511151231257827',
  '"negativeZero": -0',
  '"escapes": "caf\\u00e9 \\ud83d\\ude00 \\/ \\u0041"',
  '"plain": "café 😀 日本語"',
  '"twice": 1, "twice": 2',
  '"empty": {}, "list": [ ]',
  '"metadata": { "model": "not this one", "nested": [ {"model":"nor this"} ] }',
].join(' ,\r\n  ');

const MESSAGES = '"messages":[ {"role" : "user","content":"say \\"model\\": \\"x\\" }", "name":"m\\u006f"} ]';

async function bodyThatReached(model: FakeModel, sent: string): Promise<string> {
  const response = await postChat(gateway, sent);
  await response.text();
  expect(response.status).toBe(200);
  return model.calls[0]?.body.toString() ?? '';
}

describe('a request body', () => {
  test('reaches the vendor byte for byte, its model name spliced', async () => {
    const model = vendor.model(reply());
    const written = (name: string) => `{ ${DELICATE_FIELDS},\n "model" :  "${name}" , ${MESSAGES} }\n`;
    expect(await bodyThatReached(model, written(model.name))).toBe(written(model.id));
  });

  test('keeps its bytes with the model at the front, at the end, and among fields of the same name', async () => {
    const [first, last] = [vendor.model(reply()), vendor.model(reply())];
    const inFront = (name: string) => `{"model":"${name}",${MESSAGES},${DELICATE_FIELDS}}`;
    const atEnd = (name: string) => `{"tool":{"model":"a"},"note":"\\"model\\":\\"b\\"",${MESSAGES},"model":"${name}"}`;
    expect(await bodyThatReached(first, inFront(first.name))).toBe(inFront(first.id));
    expect(await bodyThatReached(last, atEnd(last.name))).toBe(atEnd(last.id));
  });

  test('has its model spliced where the name is written with escapes', async () => {
    const model = vendor.model(reply());
    const escapedName = model.name.replace('/', '\\/');
    const body = await bodyThatReached(model, `{"mod\\u0065l":"${escapedName}",${MESSAGES}}`);
    expect(JSON.parse(body)).toMatchObject({ model: model.id });
    expect(body).toContain(MESSAGES);
  });

  test('cannot smuggle a second model past the one that was checked', async () => {
    const [checked, smuggled] = [vendor.model(reply()), vendor.model(reply())];
    for (const [one, two] of [[smuggled.id, checked.name] as const, [checked.name, smuggled.id] as const]) {
      const response = await postChat(gateway, `{"model":"${one}","model":"${two}",${MESSAGES}}`);
      await response.text();
    }
    for (const call of [...checked.calls, ...smuggled.calls]) {
      expect(call.body.toString()).not.toContain(`"${smuggled.id}"`);
    }
    expect(smuggled.calls).toHaveLength(0);
  });

  test('of half a megabyte arrives whole', async () => {
    const model = vendor.model(reply());
    const written = (name: string) =>
      `{"model":"${name}","messages":[{"role":"user","content":"${'é\\n😀 word '.repeat(30_000)}"}],"x":1.0}`;
    expect(await bodyThatReached(model, written(model.name))).toBe(written(model.id));
  });

  test('that streams differs only by the question for usage', async () => {
    const model = vendor.model(stream(wholeStream()));
    const body = await bodyThatReached(
      model,
      `{${DELICATE_FIELDS},"model":"${model.name}",${MESSAGES},"stream": true}`,
    );
    expect(body).toContain(DELICATE_FIELDS);
    expect(body).toContain(MESSAGES);
    const { stream_options, ...rest } = JSON.parse(body) as Record<string, unknown>;
    expect(stream_options).toEqual({ include_usage: true });
    expect(rest).toEqual(JSON.parse(`{${DELICATE_FIELDS},"model":"${model.id}",${MESSAGES},"stream": true}`));
  });

  test.each(['{"include_obfuscation":false}', '{"include_usage":false,"x":1.0}', '{}', 'null'])(
    'that streams keeps the stream options it came with: %s',
    async (written) => {
      const model = vendor.model(stream(wholeStream()));
      const sent = `{"model":"${model.name}",${MESSAGES},"stream":true,"stream_options":${written},"last":1.0}`;
      const body = await bodyThatReached(model, sent);
      const expected: unknown = { ...(JSON.parse(written) as object | null), include_usage: true };
      expect(JSON.parse(body)).toHaveProperty('stream_options', expected);
      expect(body.match(/stream_options/g)).toHaveLength(1);
      expect(body).toContain('"last":1.0');
    },
  );

  test('that asks for usage itself goes through as it is', async () => {
    const model = vendor.model(stream(wholeStream()));
    const written = (name: string) =>
      `{"stream_options" : { "include_usage":true , "y":1.0},"model":"${name}",${MESSAGES},"stream":true}`;
    expect(await bodyThatReached(model, written(model.name))).toBe(written(model.id));
  });
});

const DELICATE_REPLY = `{ "id":"chatcmpl-1","zeta":1.0, "big":12345678901234567890123 , "alpha":1e3,
 "choices":[ {"index":0,"message":{"role":"assistant","content":"caf\\u00e9 é \\/"},"finish_reason":"stop","new":{}}],
 "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"twice":1,"twice":2},"object":"chat.completion" }\n`;

describe("a vendor's answer", () => {
  test('reaches the client byte for byte', async () => {
    const response = await postChat(gateway, ask(vendor.model(json(DELICATE_REPLY)).name));
    expect(await response.text()).toBe(DELICATE_REPLY);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  });

  test.each([400, 404, 413, 422])(
    'that refuses the request with %i reaches the client word for word',
    async (status) => {
      const refusal = `{"error" : {"message":"maximum context length is 8\\u0020192 tokens","code":"x","extra":1.0}}\n`;
      const model = vendor.model(json(refusal, { status }));
      const response = await postChat(gateway, ask(model.name));
      expect(response.status).toBe(status);
      expect(await response.text()).toBe(refusal);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(response.headers.get('x-gateway-provider')).toBe('vendor');
      expect(model.calls).toHaveLength(1);
    },
  );
});
