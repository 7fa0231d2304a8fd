import { ContextOverflowError } from '@langchain/core/errors';
import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { describe, expect, test } from 'vitest';
import { House, doorsOf } from '../support/conversing-gateway.js';
import { overflowOf } from '../support/conversing-vendor.js';
import { shows, type Feature } from '../support/feature-matrix.js';
import { collected, resultsOf } from '../support/langchain.js';
import { GREETING, OUTPUT_TOKENS, PROMPT_TOKENS, TOKENS } from '../support/voices/script.js';
import { VECTOR } from '../support/voices/side-answers.js';
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
const weather = tool(() => RESULT, { ...WEATHER, schema: CITY_SCHEMA });
const house = new House();

describe.each(doorsOf(CLIENT))('the @langchain/openai package $title', (door) => {
  const { model, vendor } = door;
  const showing = (feature: Feature, run: () => Promise<void>) => shows({ client: CLIENT, vendor }, feature, run);
  const configuration = () => ({ baseURL: `${house.urlOf(door)}/v1` });
  const chat = (extra: object = {}) =>
    new ChatOpenAI({ model, apiKey: 'any', maxRetries: 0, configuration: configuration(), ...extra });

  test(
    'chats',
    showing('chat', async () => {
      const message = await chat().invoke('Hi');
      expect(message.text).toBe(GREETING);
      expect(message.response_metadata).toMatchObject({ finish_reason: 'stop' });
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

  test(
    'reports usage, streaming or not',
    showing('usage', async () => {
      const usage = {
        input_tokens: PROMPT_TOKENS,
        input_token_details: { cache_read: TOKENS.cached },
        output_tokens: OUTPUT_TOKENS,
        ...(door.countsReasoning && { output_token_details: { reasoning: TOKENS.thinking } }),
        total_tokens: PROMPT_TOKENS + OUTPUT_TOKENS,
      };
      expect((await chat().invoke('Hi')).usage_metadata).toMatchObject(usage);
      expect((await collected(chat().stream('Hi'))).usage_metadata).toMatchObject(usage);
    }),
  );

  test('goes on after a tool although the package has lost the reasoning', async () => {
    const bound = chat({ reasoning: { effort: 'low' } }).bindTools([weather]);
    const question = new HumanMessage(QUESTION);
    const message = await bound.invoke([question]);
    expect((await bound.invoke([question, message, ...resultsOf(message)])).text).toBe(FORECAST);
  });
});

describe.each(doorsOf(CLIENT).slice(0, 2))('the @langchain/openai package and embeddings, $title', (door) => {
  test(
    'embeds texts',
    shows({ client: CLIENT, vendor: door.vendor }, 'embeddings', async () => {
      const configuration = { baseURL: `${house.urlOf(door)}/v1` };
      const model = door.model.replace('m1', 'text-embedding-3-small');
      const embeddings = new OpenAIEmbeddings({ model, apiKey: 'any', maxRetries: 0, configuration });
      const [first, ...rest] = VECTOR;
      expect(await embeddings.embedDocuments(['one', 'two'])).toEqual([VECTOR, [(first ?? 0) + 1, ...rest]]);
    }),
  );
});
