import OpenAI, { BadRequestError } from 'openai';
import type {
  ChatCompletionCreateParamsNonStreaming as Params,
  ChatCompletionMessageParam as Message,
} from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { CollectedMessage } from '../support/collected-message.js';
import { House, doorsOf } from '../support/conversing-gateway.js';
import { overflowOf } from '../support/conversing-vendor.js';
import { shows, type Feature } from '../support/feature-matrix.js';
import { GREETING, OUTPUT_TOKENS, PARIS, PROMPT_TOKENS, THOUGHT, TOKENS } from '../support/voices/script.js';
import {
  CITY_SCHEMA,
  FORECAST,
  PNG_URL,
  QUESTION,
  RESULT,
  TWO_QUESTIONS,
  WEATHER,
  rejection,
} from '../support/weather.js';

const CLIENT = 'openai-chat';
const tools = [{ type: 'function' as const, function: { ...WEATHER, parameters: CITY_SCHEMA } }];
const house = new House();

describe.each(doorsOf(CLIENT))('the openai package, chat, $title', (door) => {
  const { model, vendor } = door;
  const showing = (feature: Feature, run: () => Promise<void>) => shows({ client: CLIENT, vendor }, feature, run);
  const completions = () =>
    new OpenAI({ baseURL: `${house.urlOf(door)}/v1`, apiKey: 'any', maxRetries: 0 }).chat.completions;
  const ask = (content: string, extra: Partial<Params> = {}) =>
    completions().create({ model, messages: [{ role: 'user', content }], ...extra });

  test(
    'chats',
    showing('chat', async () => {
      const { choices, object } = await ask('Hi');
      expect(object).toBe('chat.completion');
      expect(choices).toMatchObject([
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: GREETING } },
      ]);
    }),
  );

  test(
    'streams word by word',
    showing('stream', async () => {
      const pieces: string[] = [];
      const stream = await completions().create({ model, messages: [{ role: 'user', content: 'Hi' }], stream: true });
      for await (const { choices } of stream) if (choices[0]?.delta.content) pieces.push(choices[0].delta.content);
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(GREETING);
    }),
  );

  test(
    'puts a streamed completion together',
    showing('stream', async () => {
      const stream = completions().stream({ model, messages: [{ role: 'user', content: 'Hi' }] });
      expect(await stream.finalContent()).toBe(GREETING);
    }),
  );

  test(
    'calls a tool and takes its result',
    showing('tools', async () => {
      const messages: Message[] = [{ role: 'user', content: QUESTION }];
      const { choices } = await completions().create({ model, messages, tools });
      const [call] = functionCalls(choices[0]?.message);
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      expect(call?.function).toEqual({ name: 'get_weather', arguments: expect.any(String) });
      expect(JSON.parse(call?.function.arguments ?? '')).toEqual({ city: 'Paris' });

      messages.push(messageOf(choices), { role: 'tool', tool_call_id: call?.id ?? '', content: RESULT });
      const answer = await completions().create({ model, messages, tools });
      expect(answer.choices[0]?.message.content).toBe(FORECAST);
    }),
  );

  test(
    'calls two tools at once',
    showing('tools', async () => {
      const { choices } = await ask(TWO_QUESTIONS, { tools });
      const calls = functionCalls(choices[0]?.message);
      expect(calls.map((call): unknown => JSON.parse(call.function.arguments))).toEqual([
        { city: 'Paris' },
        { city: 'Rome' },
      ]);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    }),
  );

  test(
    'streams the arguments of a call in pieces, and goes on',
    showing('streamed tools', async () => {
      const messages: Message[] = [{ role: 'user', content: TWO_QUESTIONS }];
      const stream = completions().stream({ model, messages, tools });
      const deltas: string[] = [];
      stream.on('tool_calls.function.arguments.delta', ({ arguments_delta: delta }) => deltas.push(delta));
      const { choices } = await stream.finalChatCompletion();
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      expect(deltas.join('').replaceAll(/\s/g, '')).toBe('{"city":"Paris"}{"city":"Rome"}');
      expect(deltas.filter((delta) => delta !== '').length).toBeGreaterThanOrEqual(2 * door.argumentPieces);

      const results = functionCalls(choices[0]?.message).map(({ id }, index) => toolMessage(id, `sunny ${index}`));
      const answer = completions().stream({ model, messages: [...messages, messageOf(choices), ...results], tools });
      expect(await answer.finalContent()).toBe('It is 21 degrees. sunny 0 sunny 1');
    }),
  );

  test.each([false, true])('runs tools by itself, streaming: %s', async (stream) => {
    const run = () => RESULT;
    const tool = { ...WEATHER, parameters: CITY_SCHEMA, function: run, parse: JSON.parse };
    const params = { model, messages: [{ role: 'user' as const, content: QUESTION }] };
    const runner = stream
      ? completions().runTools({ ...params, stream, tools: [{ type: 'function', function: tool }] })
      : completions().runTools({ ...params, tools: [{ type: 'function', function: tool }] });
    expect(await runner.finalContent()).toBe(FORECAST);
  });

  test(
    'answers in JSON of a schema',
    showing('structured output', async () => {
      const json_schema = { name: 'place', schema: CITY_SCHEMA, strict: true };
      const { choices } = await ask('Where is the Louvre?', { response_format: { type: 'json_schema', json_schema } });
      expect(choices[0]?.message.content).toBe(PARIS);
      expect(choices[0]?.finish_reason).toBe('stop');
    }),
  );

  test(
    'shows its reasoning, and goes on from it after a tool',
    showing('reasoning', async () => {
      const messages: Message[] = [{ role: 'user', content: QUESTION }];
      const request = { model, tools, reasoning_effort: 'low' as const };
      const { choices } = await completions().create({ ...request, messages });
      expect(choices[0]?.message).toMatchObject({ reasoning_content: THOUGHT });

      const results = functionCalls(choices[0]?.message).map(({ id }) => toolMessage(id, RESULT));
      const next = await completions().create({ ...request, messages: [...messages, messageOf(choices), ...results] });
      expect(next.choices[0]?.message).toMatchObject({ content: FORECAST, reasoning_content: THOUGHT });
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'streams its reasoning, and goes on from the pieces after a tool',
    showing('reasoning', async () => {
      const messages: Message[] = [{ role: 'user', content: QUESTION }];
      const request = { model, tools, reasoning_effort: 'low' as const, stream: true as const };
      const message = new CollectedMessage();
      for await (const { choices } of await completions().create({ ...request, messages })) {
        message.add(choices[0]?.delta ?? {});
      }
      expect(message.reasoning_content).toBe(THOUGHT);

      const next = new CollectedMessage();
      const results = message.tool_calls.map(({ id }) => toolMessage(id, RESULT));
      const turns = [...messages, message as unknown as Message, ...results];
      for await (const { choices } of await completions().create({ ...request, messages: turns })) {
        next.add(choices[0]?.delta ?? {});
      }
      expect(next.content).toBe(FORECAST);
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'shows an image to the model',
    showing('images', async () => {
      const content = [
        { type: 'text' as const, text: 'What is this?' },
        { type: 'image_url' as const, image_url: { url: PNG_URL } },
      ];
      const { choices } = await completions().create({ model, messages: [{ role: 'user', content }] });
      expect(choices[0]?.message.content).toBe('I see an image/png');
    }),
  );

  test.each([false, true])("meets the vendor's refusal in its own words, streaming: %s", (stream) =>
    showing('errors', async () => {
      const messages = [{ role: 'user' as const, content: 'overflow' }];
      const error = await rejection(completions().create({ model, messages, stream }));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ status: 400, type: 'invalid_request_error' });
      expect(error).toHaveProperty('error.message', overflowOf(house.vendor.last.dialect));
    })(),
  );

  const usage = {
    prompt_tokens: PROMPT_TOKENS,
    completion_tokens: OUTPUT_TOKENS,
    total_tokens: PROMPT_TOKENS + OUTPUT_TOKENS,
    prompt_tokens_details: { cached_tokens: TOKENS.cached },
    ...(door.countsReasoning && { completion_tokens_details: { reasoning_tokens: TOKENS.thinking } }),
  };

  test(
    'reports usage',
    showing('usage', async () => {
      expect((await ask('Hi')).usage).toMatchObject(usage);
    }),
  );

  test(
    'reports usage of a stream once, at its end, to a client that asks for it',
    showing('usage', async () => {
      const request = { model, messages: [{ role: 'user' as const, content: 'Hi' }] };
      const stream = { stream: true as const, stream_options: { include_usage: true } };
      const usages: unknown[] = [];
      for await (const chunk of await completions().create({ ...request, ...stream })) usages.push(chunk.usage);
      expect(usages.filter(Boolean)).toHaveLength(1);
      expect(usages.at(-1)).toMatchObject(usage);
    }),
  );
});

type Reply = OpenAI.Chat.Completions.ChatCompletion['choices'];

function messageOf(choices: Reply): OpenAI.Chat.Completions.ChatCompletionMessage {
  const message = choices[0]?.message;
  if (message === undefined) throw new Error('the completion has no message');
  return message;
}

function functionCalls(message: OpenAI.Chat.Completions.ChatCompletionMessage | undefined) {
  return (message?.tool_calls ?? []).filter((call) => call.type === 'function');
}

function toolMessage(tool_call_id: string, content: string): Message {
  return { role: 'tool', tool_call_id, content };
}
