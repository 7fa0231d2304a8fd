import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startConversingVendor, type ConversingVendor } from './support/conversing-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';
import { CITY_SCHEMA, FORECAST, QUESTION, RESULT, WEATHER } from './support/weather.js';

/** One line of settings for a community package of the AI SDK. */
const PACKAGE = '@openrouter/ai-sdk-provider';
const MODEL = 'community/m1';

let vendor: ConversingVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startConversingVendor();
  const community = { type: 'ai-sdk', package: PACKAGE, baseUrl: `${vendor.url}/v1`, apiKey: 'sk-community' };
  gateway = await startGateway({
    settings: { providers: { community: { ...community, allowPrivateNetwork: true, models: ['m1'] } } },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

const openAi = (): OpenAI => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 });
const anthropic = (): Anthropic => new Anthropic({ baseURL: gateway.url, apiKey: 'any', maxRetries: 0 });

describe(`a model of ${PACKAGE}`, () => {
  test('answers an OpenAI client, whole and in a stream', async () => {
    const asked = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hi' }] };
    const whole = await openAi().chat.completions.create(asked);
    expect(whole.choices[0]?.message.content).toBe('Hello there, friend.');
    expect(whole.usage?.total_tokens).toBeGreaterThan(0);

    let streamed = '';
    for await (const chunk of await openAi().chat.completions.create({ ...asked, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
    }
    expect(streamed).toBe('Hello there, friend.');
  });

  test('calls the tools of an Anthropic client in a stream, and goes on with their results', async () => {
    const tools = [{ ...WEATHER, input_schema: CITY_SCHEMA }];
    const question = { role: 'user' as const, content: QUESTION };
    const asked = { model: MODEL, max_tokens: 500, tools };
    const first = await anthropic()
      .messages.stream({ ...asked, messages: [question] })
      .finalMessage();
    expect(first.stop_reason).toBe('tool_use');
    const call = first.content.find((block) => block.type === 'tool_use');
    expect(call).toMatchObject({ name: WEATHER.name, input: { city: 'Paris' } });

    const result = { type: 'tool_result' as const, tool_use_id: call?.id ?? '', content: RESULT };
    const messages = [
      question,
      { role: 'assistant' as const, content: first.content },
      { role: 'user' as const, content: [result] },
    ];
    const last = await anthropic().messages.create({ ...asked, messages });
    expect(last.content.map((block) => (block.type === 'text' ? block.text : '')).join('')).toBe(FORECAST);
  });

  test('is listed', async () => {
    const { data } = await openAi().models.list();
    expect(data.map(({ id }) => id)).toContain(MODEL);
  });

  test('hands its vendor’s refusal on, word for word', async () => {
    const asked = { model: MODEL, messages: [{ role: 'user' as const, content: 'overflow' }] };
    await expect(openAi().chat.completions.create(asked)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/context length|too long/i),
    });
  });
});

test('a package that is not installed stops the start and is named', async () => {
  const missing = { type: 'ai-sdk', package: '@nobody/has-this', models: ['m'] };
  await expect(startGateway({ settings: { providers: { missing } } })).rejects.toThrow(/providers\.missing\.package/);
});
