import OpenAI, { APIError, BadRequestError, NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, refuse, reply, stream } from './support/answers.js';
import { contentChunk } from './support/chat-wire.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const SENTENCE = 'A gateway is one door for many vendors.';
const messages = [{ role: 'user' as const, content: SENTENCE }];
const WEATHER_TOOL = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const WEATHER_CHOICE = { type: 'function' as const, function: { name: 'get_weather' } };

let vendor: FakeVendor;
let gateway: Gateway;
let client: OpenAI;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings },
      models: { smart: { targets: [{ provider: 'vendor', model: 'behind-smart' }] } },
      resilience: { retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 2 } },
    },
  });
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

describe('the openai package against simulated/echo', () => {
  test('chats', async () => {
    const completion = await client.chat.completions.create({ model: 'simulated/echo', messages });
    expect(completion.choices[0]?.message).toMatchObject({ role: 'assistant', content: SENTENCE });
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage?.prompt_tokens).toBeGreaterThan(0);
    expect(completion.usage?.total_tokens).toBe(
      (completion.usage?.prompt_tokens ?? 0) + (completion.usage?.completion_tokens ?? 0),
    );
    expect(completion._request_id).toBeTruthy();
  });

  test('streams word by word', async () => {
    const pieces: string[] = [];
    const answer = await client.chat.completions.create({ model: 'simulated/echo', messages, stream: true });
    for await (const { choices } of answer) {
      if (choices[0]?.delta.content) pieces.push(choices[0].delta.content);
    }
    expect(pieces.join('')).toBe(SENTENCE);
    expect(pieces.length).toBeGreaterThanOrEqual(SENTENCE.split(' ').length);
  });

  test('streams with usage when it asks for usage', async () => {
    const request = {
      model: 'simulated/echo',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    } as const;
    const usages: unknown[] = [];
    for await (const { usage } of await client.chat.completions.create(request)) if (usage) usages.push(usage);
    expect(usages).toHaveLength(1);
    expect(usages[0]).toMatchObject({ total_tokens: expect.any(Number) });
  });

  test.each([
    ['that it names', WEATHER_CHOICE],
    ['that it requires', 'required' as const],
  ])('is answered with a call of the tool %s', async (_, tool_choice) => {
    const request = { model: 'simulated/echo', messages, tools: [WEATHER_TOOL], tool_choice };
    const { choices } = await client.chat.completions.create(request);
    const call = choices[0]?.message.tool_calls?.[0];
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(call).toMatchObject({
      type: 'function',
      id: expect.any(String),
      function: { name: 'get_weather' },
    });
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toBeTypeOf('object');
  });

  test('assembles a streamed tool call', async () => {
    const request = { model: 'simulated/echo', messages, tools: [WEATHER_TOOL], tool_choice: WEATHER_CHOICE };
    const { choices } = await client.chat.completions.stream(request).finalChatCompletion();
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'get_weather' } });
  });

  test('takes the result of a tool and goes on', async () => {
    const call = { id: 'call_1', type: 'function' as const, function: { name: 'get_weather', arguments: '{}' } };
    const { choices } = await client.chat.completions.create({
      model: 'simulated/echo',
      messages: [
        ...messages,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      ],
      tools: [WEATHER_TOOL],
    });
    expect(choices[0]?.message.content).toBe(SENTENCE);
  });
});

describe('the openai package and the models', () => {
  test('lists them: built in, public names, and what the vendor lists', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(['simulated/echo', 'smart', 'vendor/listed-by-vendor']));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(['simulated/echo', 'smart'])('retrieves %s', async (id) => {
    expect(await client.models.retrieve(id)).toMatchObject({
      id,
      object: 'model',
      owned_by: expect.any(String),
    });
  });

  test('is told that a model does not exist', async () => {
    await expect(client.models.retrieve('nobody/nothing')).rejects.toBeInstanceOf(NotFoundError);
  });

  test('reaches a model by its public name, and by a bare id that one vendor lists', async () => {
    const behindSmart = vendor.modelNamed('behind-smart', reply());
    const listed = vendor.modelNamed('listed-by-vendor', reply());
    await client.chat.completions.create({ model: 'smart', messages });
    await client.chat.completions.create({ model: 'listed-by-vendor', messages });
    expect(behindSmart.calls).toHaveLength(1);
    expect(listed.calls).toHaveLength(1);
  });
});

describe('the openai package meets a failure', () => {
  const chat = (model: string, extra: object = {}) => client.chat.completions.create({ model, messages, ...extra });

  test('as NotFoundError for an unknown model', async () => {
    const error: unknown = await chat('simulated/ecko').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });

  test('as BadRequestError that names the field', async () => {
    const error: unknown = await chat('simulated/echo', { temperature: 9 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, param: 'temperature', requestID: expect.any(String) });
  });

  test("as BadRequestError with the vendor's own words", async () => {
    const refusal = {
      error: { message: 'context length exceeded', type: 'invalid_request_error', param: null, code: 'c' },
    };
    const error: unknown = await chat(vendor.model(json(refusal, { status: 400 })).name).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'c', message: expect.stringContaining('context length exceeded') });
  });

  test('as an error with a status when the vendor is broken', async () => {
    const error: unknown = await chat(vendor.model(refuse(500)).name).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 502, code: 'upstream_error' });
  });

  test('as an exception inside the loop when a stream breaks off, never as a short answer', async () => {
    const { name } = vendor.model(stream([contentChunk('po')], { ending: 'cut' }));
    const answer = await client.chat.completions.create({ model: name, messages, stream: true });
    const readToTheEnd = async () => {
      for await (const chunk of answer) expect(chunk.object).toBe('chat.completion.chunk');
    };
    await expect(readToTheEnd()).rejects.toBeInstanceOf(APIError);
  });
});
