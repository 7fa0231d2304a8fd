import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  Output,
  generateText,
  isStepCount,
  jsonSchema,
  streamText,
  tool,
  type JSONValue,
  type LanguageModel,
} from 'ai';
import { describe, expect, test } from 'vitest';
import { House, doorsOf } from '../support/conversing-gateway.js';
import { overflowOf } from '../support/conversing-vendor.js';
import { shows, type Feature } from '../support/feature-matrix.js';
import { GREETING, OUTPUT_TOKENS, PROMPT_TOKENS, THOUGHT, TOKENS } from '../support/voices/script.js';
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

interface City {
  readonly city: string;
}

interface Package {
  readonly title: string;
  readonly client: 'openai-chat' | 'openai-responses' | 'anthropic-messages';
  readonly modelAt: (url: string, model: string) => LanguageModel;
  readonly thinking: Readonly<Record<string, Readonly<Record<string, JSONValue>>>>;
}

const packages: readonly Package[] = [
  {
    title: '@ai-sdk/openai',
    client: 'openai-responses',
    modelAt: (url, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'any' })(model),
    thinking: {
      openai: { reasoningEffort: 'low', reasoningSummary: 'auto', store: false, forceReasoning: true },
    },
  },
  {
    title: '@ai-sdk/openai, chat,',
    client: 'openai-chat',
    modelAt: (url, model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'any' }).chat(model),
    thinking: { openai: { reasoningEffort: 'low', forceReasoning: true } },
  },
  {
    title: '@ai-sdk/anthropic',
    client: 'anthropic-messages',
    modelAt: (url, model) => createAnthropic({ baseURL: `${url}/v1`, apiKey: 'any' })(model),
    thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } },
  },
];

const schema = jsonSchema<City>(CITY_SCHEMA);
const tools = {
  [WEATHER.name]: tool({ description: WEATHER.description, inputSchema: schema, execute: () => RESULT }),
};
// The package warns of every model that it does not know.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
const house = new House();

describe.each(packages)('the ai package with $title', ({ client, modelAt, thinking }) => {
  describe.each(doorsOf(client))('$title', (door) => {
    const { vendor } = door;
    const showing = (feature: Feature, run: () => Promise<void>) => shows({ client, vendor }, feature, run);
    const settings = () => ({ model: modelAt(house.urlOf(door), door.model), maxRetries: 0 });

    test(
      'chats',
      showing('chat', async () => {
        const { text, finishReason } = await generateText({ ...settings(), prompt: 'Hi' });
        expect({ text, finishReason }).toEqual({ text: GREETING, finishReason: 'stop' });
      }),
    );

    test(
      'streams word by word',
      showing('stream', async () => {
        const result = streamText({ ...settings(), prompt: 'Hi' });
        const pieces: string[] = [];
        for await (const piece of result.textStream) pieces.push(piece);
        expect(pieces.length).toBeGreaterThan(1);
        expect(pieces.join('')).toBe(GREETING);
        expect(await result.finishReason).toBe('stop');
      }),
    );

    test(
      'runs tools until there is an answer',
      showing('tools', async () => {
        const stopWhen = isStepCount(5);
        const { steps, text } = await generateText({ ...settings(), prompt: TWO_QUESTIONS, tools, stopWhen });
        expect(steps[0]?.finishReason).toBe('tool-calls');
        expect(steps[0]?.toolCalls.map(({ input }) => input)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
        expect(text).toBe(`${FORECAST} ${RESULT}`);
      }),
    );

    test(
      'streams while it runs tools',
      showing('streamed tools', async () => {
        const result = streamText({ ...settings(), prompt: QUESTION, tools, stopWhen: isStepCount(5) });
        const inputs: string[] = [];
        for await (const part of result.stream) if (part.type === 'tool-input-delta') inputs.push(part.delta);
        expect(JSON.parse(inputs.join(''))).toEqual({ city: 'Paris' });
        expect(inputs.filter((delta) => delta !== '').length).toBeGreaterThanOrEqual(door.argumentPieces);
        expect(await result.text).toBe(FORECAST);
      }),
    );

    test(
      'answers with an object of a schema',
      showing('structured output', async () => {
        const output = Output.object({ schema });
        const result = await generateText({ ...settings(), prompt: 'Where is the Louvre?', output });
        expect(result.output).toEqual({ city: 'Paris' });
      }),
    );

    test(
      'shows an image to the model',
      showing('images', async () => {
        const content = [
          { type: 'text' as const, text: 'What is this?' },
          { type: 'image' as const, image: PNG_URL },
        ];
        const { text } = await generateText({ ...settings(), messages: [{ role: 'user', content }] });
        expect(text).toBe('I see an image/png');
      }),
    );

    test(
      "meets the vendor's refusal in its own words",
      showing('errors', async () => {
        const error = await rejection(generateText({ ...settings(), prompt: 'overflow' }));
        expect(error).toBeInstanceOf(APICallError);
        expect(error).toMatchObject({
          statusCode: 400,
          message: overflowOf(house.vendor.last.dialect),
          isRetryable: false,
        });
      }),
    );

    test(
      "meets the vendor's refusal in its own words when it streams",
      showing('errors', async () => {
        const errors: unknown[] = [];
        const onError = ({ error }: { readonly error: unknown }) => void errors.push(error);
        const result = streamText({ ...settings(), prompt: 'overflow', onError });
        await result.consumeStream();
        expect(errors).toMatchObject([{ statusCode: 400, message: overflowOf(house.vendor.last.dialect) }]);
      }),
    );

    test(
      'reports usage, streaming or not',
      showing('usage', async () => {
        const usage = {
          inputTokens: PROMPT_TOKENS,
          inputTokenDetails: { noCacheTokens: TOKENS.input, cacheReadTokens: TOKENS.cached },
          outputTokens: OUTPUT_TOKENS,
          totalTokens: PROMPT_TOKENS + OUTPUT_TOKENS,
          ...(door.countsReasoning && { outputTokenDetails: { reasoningTokens: TOKENS.thinking } }),
        };
        expect((await generateText({ ...settings(), prompt: 'Hi' })).usage).toMatchObject(usage);
        expect(await streamText({ ...settings(), prompt: 'Hi' }).usage).toMatchObject(usage);
      }),
    );

    // The package's chat model throws reasoning away.
    const keepsReasoning = client !== 'openai-chat';

    test.runIf(keepsReasoning)(
      'shows its reasoning, and goes on from it after a tool',
      showing('reasoning', async () => {
        const request = { ...settings(), tools, stopWhen: isStepCount(5), providerOptions: thinking };
        const { steps, text } = await generateText({ ...request, prompt: QUESTION });
        expect(steps.map(({ reasoningText }) => reasoningText)).toEqual([THOUGHT, THOUGHT]);
        expect(text).toBe(FORECAST);
        expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
      }),
    );

    test.runIf(keepsReasoning)(
      'streams its reasoning, and goes on from it after a tool',
      showing('reasoning', async () => {
        const request = { ...settings(), tools, stopWhen: isStepCount(5), providerOptions: thinking };
        const result = streamText({ ...request, prompt: QUESTION });
        const pieces: string[] = [];
        for await (const part of result.stream) if (part.type === 'reasoning-delta') pieces.push(part.text);
        expect(pieces.join('')).toBe(THOUGHT + THOUGHT);
        expect(await result.text).toBe(FORECAST);
        expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
      }),
    );

    test.skipIf(keepsReasoning)('goes on after a tool although the package has lost the reasoning', async () => {
      const request = { ...settings(), tools, stopWhen: isStepCount(5), providerOptions: thinking };
      const { text } = await generateText({ ...request, prompt: QUESTION });
      expect(text).toBe(FORECAST);
    });
  });
});
