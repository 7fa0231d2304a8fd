import { ChatAnthropic } from '@langchain/anthropic';
import { ContextOverflowError } from '@langchain/core/errors';
import { HumanMessage, type AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { describe, expect, test } from 'vitest';
import { House, doorsOf } from '../support/conversing-gateway.js';
import { overflowOf } from '../support/conversing-vendor.js';
import { shows, type Feature } from '../support/feature-matrix.js';
import { collected, resultsOf } from '../support/langchain.js';
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

const CLIENT = 'anthropic-messages';
const weather = tool(() => RESULT, { ...WEATHER, schema: CITY_SCHEMA });
const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
const house = new House();

describe.each(doorsOf(CLIENT))('the @langchain/anthropic package $title', (door) => {
  const { model, vendor } = door;
  const showing = (feature: Feature, run: () => Promise<void>) => shows({ client: CLIENT, vendor }, feature, run);
  const chat = (extra: object = {}) =>
    new ChatAnthropic({
      model,
      apiKey: 'any',
      maxRetries: 0,
      maxTokens: 4096,
      anthropicApiUrl: house.urlOf(door),
      ...extra,
    });

  test(
    'chats',
    showing('chat', async () => {
      const message = await chat().invoke('Hi');
      expect(message.text).toBe(GREETING);
      expect(message.response_metadata).toMatchObject({ stop_reason: 'end_turn' });
    }),
  );

  test(
    'streams word by word',
    showing('stream', async () => {
      const pieces: string[] = [];
      for await (const { text } of await chat().stream('Hi')) if (text !== '') pieces.push(text);
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(GREETING);
    }),
  );

  test(
    'calls a tool and takes its result',
    showing('tools', async () => {
      const bound = chat().bindTools([weather]);
      const question = new HumanMessage(TWO_QUESTIONS);
      const message = await bound.invoke([question]);
      expect(message.tool_calls).toMatchObject([
        { name: 'get_weather', args: { city: 'Paris' } },
        { name: 'get_weather', args: { city: 'Rome' } },
      ]);
      const answer = await bound.invoke([question, message, ...resultsOf(message)]);
      expect(answer.text).toBe(`${FORECAST} ${RESULT}`);
    }),
  );

  test(
    'streams a call, and goes on',
    showing('streamed tools', async () => {
      const bound = chat().bindTools([weather]);
      const question = new HumanMessage(QUESTION);
      const message = await collected(bound.stream([question]));
      expect(message.tool_calls).toMatchObject([{ name: 'get_weather', args: { city: 'Paris' } }]);
      const answer = await collected(bound.stream([question, message, ...resultsOf(message)]));
      expect(answer.text).toBe(FORECAST);
    }),
  );

  test.each(['jsonSchema', 'functionCalling'] as const)('answers with an object by way of %s', (method) =>
    showing('structured output', async () => {
      const structured = chat().withStructuredOutput(CITY_SCHEMA, { name: 'place', method });
      expect(await structured.invoke('Where is the Louvre?')).toEqual({ city: 'Paris' });
    })(),
  );

  test.each([false, true])('shows its thinking, and goes on from it after a tool, streaming: %s', (streaming) =>
    showing('reasoning', async () => {
      const bound = chat({ thinking }).bindTools([weather]);
      const turn = (messages: BaseMessage[]) =>
        streaming ? collected(bound.stream(messages)) : bound.invoke(messages);
      const question = new HumanMessage(QUESTION);
      const message = await turn([question]);
      expect(thinkingIn(message)).toBe(THOUGHT);

      const answer = await turn([question, message, ...resultsOf(message)]);
      expect(answer.text).toBe(FORECAST);
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    })(),
  );

  test(
    'shows an image to the model',
    showing('images', async () => {
      const content = [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: PNG_URL } },
      ];
      expect((await chat().invoke([new HumanMessage({ content })])).text).toBe('I see an image/png');
    }),
  );

  test(
    "meets the vendor's refusal in its own words",
    showing('errors', async () => {
      const error = await rejection(chat().invoke('overflow'));
      // The package has a class of its own around what it recognises as a prompt that is too long.
      const refusal = error instanceof ContextOverflowError ? error.cause : error;
      expect(refusal).toMatchObject({
        status: 400,
        message: expect.stringContaining(overflowOf(house.vendor.last.dialect)),
      });
    }),
  );

  const input = { input_tokens: PROMPT_TOKENS, input_token_details: { cache_read: TOKENS.cached } };

  test(
    'reports usage',
    showing('usage', async () => {
      const { usage_metadata: usage } = await chat().invoke('Hi');
      const total_tokens = PROMPT_TOKENS + OUTPUT_TOKENS;
      expect(usage).toMatchObject({ ...input, output_tokens: OUTPUT_TOKENS, total_tokens });
    }),
  );

  // The package reads a stream's input tokens at its start only, where no vendor but Anthropic tells them.
  test.runIf(vendor === undefined || vendor === CLIENT)('reports usage of a stream', async () => {
    expect((await collected(chat().stream('Hi'))).usage_metadata).toMatchObject(input);
  });
});

function thinkingIn({ content }: AIMessageChunk): string {
  if (typeof content === 'string') return '';
  return content
    .map((block) => ('thinking' in block && typeof block.thinking === 'string' ? block.thinking : ''))
    .join('');
}
