import { ApiError, FunctionCallingConfigMode, GoogleGenAI, type Content, type Part } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { House, doorsOf } from '../support/conversing-gateway.js';
import { overflowOf } from '../support/conversing-vendor.js';
import { shows, type Feature } from '../support/feature-matrix.js';
import { GREETING, OUTPUT_TOKENS, PARIS, PROMPT_TOKENS, THOUGHT, TOKENS } from '../support/voices/script.js';
import {
  CITY_SCHEMA,
  FORECAST,
  PNG_BASE64,
  QUESTION,
  RESULT,
  TWO_QUESTIONS,
  WEATHER,
  rejection,
} from '../support/weather.js';

const CLIENT = 'gemini';
const tools = [{ functionDeclarations: [{ ...WEATHER, parametersJsonSchema: CITY_SCHEMA }] }];
const thinkingConfig = { includeThoughts: true, thinkingBudget: 1024 };
const house = new House();

describe.each(doorsOf(CLIENT))('the @google/genai package $title', (door) => {
  const { model, vendor } = door;
  const showing = (feature: Feature, run: () => Promise<void>) => shows({ client: CLIENT, vendor }, feature, run);
  const client = (apiVersion?: string) =>
    new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: house.urlOf(door), ...(apiVersion && { apiVersion }) } });
  const models = () => client().models;

  test.each(['v1', 'v1beta'])('chats under /%s', (version) =>
    showing('chat', async () => {
      const { models } = client(version);
      const config = { systemInstruction: 'Be brief.' };
      const reply = await models.generateContent({ model, contents: 'Hi', config });
      expect(reply.text).toBe(GREETING);
      expect(reply.candidates?.[0]?.finishReason).toBe('STOP');
    })(),
  );

  test(
    'streams word by word',
    showing('stream', async () => {
      const pieces: string[] = [];
      let finishReason: string | undefined;
      for await (const chunk of await models().generateContentStream({ model, contents: 'Hi' })) {
        if (chunk.text) pieces.push(chunk.text);
        finishReason = chunk.candidates?.[0]?.finishReason ?? finishReason;
      }
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(GREETING);
      expect(finishReason).toBe('STOP');
    }),
  );

  test(
    'calls a tool and takes its result',
    showing('tools', async () => {
      const reply = await models().generateContent({ model, contents: QUESTION, config: { tools } });
      expect(reply.functionCalls).toMatchObject([{ name: 'get_weather', args: { city: 'Paris' } }]);

      const contents = turns(QUESTION, reply.candidates?.[0]?.content);
      const answer = await models().generateContent({ model, contents, config: { tools } });
      expect(answer.text).toBe(FORECAST);
    }),
  );

  test(
    'calls two tools at once, when it has to',
    showing('tools', async () => {
      const toolConfig = { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } };
      const config = { tools, toolConfig };
      const { functionCalls } = await models().generateContent({ model, contents: TWO_QUESTIONS, config });
      expect(functionCalls?.map(({ args }) => args)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
    }),
  );

  test(
    'streams calls, and goes on in the same chat',
    showing('streamed tools', async () => {
      const chat = client().chats.create({ model, config: { tools } });
      const parts: Part[] = [];
      for await (const chunk of await chat.sendMessageStream({ message: TWO_QUESTIONS })) {
        parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      }
      expect(callsIn(parts).map(({ args }) => args)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);

      const pieces: string[] = [];
      for await (const { text = '' } of await chat.sendMessageStream({ message: resultsOf(parts) })) pieces.push(text);
      expect(pieces.join('')).toBe(`${FORECAST} ${RESULT}`);
    }),
  );

  test(
    'answers in JSON of a schema',
    showing('structured output', async () => {
      const config = { responseMimeType: 'application/json', responseJsonSchema: CITY_SCHEMA };
      const reply = await models().generateContent({ model, contents: 'Where is the Louvre?', config });
      expect(reply.text).toBe(PARIS);
    }),
  );

  test(
    'shows its thoughts, and goes on from them after a tool in the same chat',
    showing('reasoning', async () => {
      const chat = client().chats.create({ model, config: { tools, thinkingConfig } });
      const reply = await chat.sendMessage({ message: QUESTION });
      const parts = reply.candidates?.[0]?.content?.parts ?? [];
      expect(thoughtsOf(parts)).toBe(THOUGHT);

      const answer = await chat.sendMessage({ message: resultsOf(parts) });
      expect(answer.text).toBe(FORECAST);
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'streams its thoughts, and goes on from them after a tool in the same chat',
    showing('reasoning', async () => {
      const chat = client().chats.create({ model, config: { tools, thinkingConfig } });
      const parts: Part[] = [];
      for await (const chunk of await chat.sendMessageStream({ message: QUESTION })) {
        parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      }
      expect(thoughtsOf(parts)).toBe(THOUGHT);

      const answer: Part[] = [];
      for await (const chunk of await chat.sendMessageStream({ message: resultsOf(parts) })) {
        answer.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      }
      expect(answer.map(({ text = '', thought }) => (thought ? '' : text)).join('')).toBe(FORECAST);
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'shows an image to the model',
    showing('images', async () => {
      const image = { inlineData: { mimeType: 'image/png', data: PNG_BASE64 } };
      const reply = await models().generateContent({ model, contents: ['What is this?', image] });
      expect(reply.text).toBe('I see an image/png');
    }),
  );

  test.each(['generateContent', 'generateContentStream'] as const)(
    "meets the vendor's refusal in its own words from %s",
    (method) =>
      showing('errors', async () => {
        const error = await rejection(models()[method]({ model, contents: 'overflow' }));
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({ status: 400 });
        expect(JSON.parse((error as ApiError).message)).toEqual({
          error: expect.objectContaining({
            code: 400,
            message: overflowOf(house.vendor.last.dialect),
            status: 'INVALID_ARGUMENT',
          }),
        });
      })(),
  );

  test(
    'reports usage, streaming or not',
    showing('usage', async () => {
      const usage = {
        promptTokenCount: PROMPT_TOKENS,
        cachedContentTokenCount: TOKENS.cached,
        totalTokenCount: PROMPT_TOKENS + OUTPUT_TOKENS,
        ...(door.countsReasoning
          ? { candidatesTokenCount: TOKENS.visible, thoughtsTokenCount: TOKENS.thinking }
          : { candidatesTokenCount: OUTPUT_TOKENS }),
      };
      expect((await models().generateContent({ model, contents: 'Hi' })).usageMetadata).toMatchObject(usage);
      let last: unknown;
      for await (const chunk of await models().generateContentStream({ model, contents: 'Hi' })) {
        last = chunk.usageMetadata ?? last;
      }
      expect(last).toMatchObject(usage);
    }),
  );
});

function callsIn(parts: readonly Part[]) {
  return parts.flatMap(({ functionCall }) => functionCall ?? []);
}

function resultsOf(parts: readonly Part[]): Part[] {
  return callsIn(parts).map(({ id, name }) => ({
    functionResponse: { ...(id !== undefined && { id }), name: name ?? '', response: { output: RESULT } },
  }));
}

/** The conversation after its tools have been called. */
function turns(question: string, content: Content | undefined): Content[] {
  return [
    { role: 'user', parts: [{ text: question }] },
    content ?? {},
    { role: 'user', parts: resultsOf(content?.parts ?? []) },
  ];
}

function thoughtsOf(parts: readonly Part[]): string {
  return parts.map(({ text = '', thought }) => (thought ? text : '')).join('');
}
