import Anthropic, { BadRequestError } from '@anthropic-ai/sdk';
import type { ContentBlock, Message, MessageParam } from '@anthropic-ai/sdk/resources/messages';
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

const CLIENT = 'anthropic-messages';
const tools = [{ ...WEATHER, input_schema: CITY_SCHEMA }];
const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
const house = new House();

describe.each(doorsOf(CLIENT))('the @anthropic-ai/sdk package $title', (door) => {
  const { model, vendor } = door;
  const showing = (feature: Feature, run: () => Promise<void>) => shows({ client: CLIENT, vendor }, feature, run);
  const client = () => new Anthropic({ baseURL: house.urlOf(door), apiKey: 'any', maxRetries: 0 });
  const request = (content: string | MessageParam[]) => ({
    model,
    max_tokens: 4096,
    messages: typeof content === 'string' ? [{ role: 'user' as const, content }] : content,
  });

  test(
    'chats',
    showing('chat', async () => {
      const message = await client().messages.create({ ...request('Hi'), system: 'Be brief.' });
      expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
      expect(message.content).toMatchObject([{ type: 'text', text: GREETING }]);
    }),
  );

  test(
    'streams word by word',
    showing('stream', async () => {
      const pieces: string[] = [];
      const types: string[] = [];
      for await (const event of await client().messages.create({ ...request('Hi'), stream: true })) {
        types.push(event.type);
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') pieces.push(event.delta.text);
      }
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(GREETING);
      expect(types[0]).toBe('message_start');
      expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
    }),
  );

  test(
    'puts a streamed message together',
    showing('stream', async () => {
      const stream = client().messages.stream(request('Hi'));
      expect(await stream.finalText()).toBe(GREETING);
      expect(await stream.finalMessage()).toMatchObject({ stop_reason: 'end_turn' });
    }),
  );

  test(
    'calls a tool and takes its result',
    showing('tools', async () => {
      const { content, stop_reason: reason } = await client().messages.create({ ...request(QUESTION), tools });
      expect(reason).toBe('tool_use');
      expect(callsIn(content)).toMatchObject([{ name: 'get_weather', input: { city: 'Paris' } }]);

      const answer = await client().messages.create({ ...request(turns(QUESTION, content)), tools });
      expect(textOf(answer)).toBe(FORECAST);
    }),
  );

  test(
    'calls two tools at once',
    showing('tools', async () => {
      const calls = callsIn((await client().messages.create({ ...request(TWO_QUESTIONS), tools })).content);
      expect(calls.map(({ input }) => input)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    }),
  );

  test(
    'streams the input of a call in pieces, and goes on',
    showing('streamed tools', async () => {
      const deltas: string[] = [];
      const stream = client().messages.stream({ ...request(TWO_QUESTIONS), tools });
      stream.on('inputJson', (delta) => deltas.push(delta));
      const { content } = await stream.finalMessage();
      expect(deltas.join('').replaceAll(/\s/g, '')).toBe('{"city":"Paris"}{"city":"Rome"}');
      expect(deltas.filter((delta) => delta !== '').length).toBeGreaterThanOrEqual(2 * door.argumentPieces);
      expect(callsIn(content).map(({ input }) => input)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);

      const answer = client().messages.stream({ ...request(turns(TWO_QUESTIONS, content)), tools });
      expect(await answer.finalText()).toBe(`${FORECAST} ${RESULT}`);
    }),
  );

  test(
    'answers in JSON of a schema',
    showing('structured output', async () => {
      const format = { type: 'json_schema' as const, schema: CITY_SCHEMA };
      const message = await client().messages.parse({
        ...request('Where is the Louvre?'),
        output_config: { format },
      });
      expect(textOf(message)).toBe(PARIS);
    }),
  );

  test(
    'shows its thinking, and goes on from it after a tool',
    showing('reasoning', async () => {
      const { content } = await client().messages.create({ ...request(QUESTION), tools, thinking });
      expect(content[0]).toMatchObject({ type: 'thinking', thinking: THOUGHT, signature: expect.any(String) });

      const answer = await client().messages.create({ ...request(turns(QUESTION, content)), tools, thinking });
      expect(textOf(answer)).toBe(FORECAST);
      expect(answer.content[0]).toMatchObject({ type: 'thinking', thinking: THOUGHT });
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'streams its thinking, and goes on from it after a tool',
    showing('reasoning', async () => {
      const pieces: string[] = [];
      const stream = client().messages.stream({ ...request(QUESTION), tools, thinking });
      stream.on('thinking', (piece) => pieces.push(piece));
      const { content } = await stream.finalMessage();
      expect(pieces.join('')).toBe(THOUGHT);
      expect(content[0]).toMatchObject({ type: 'thinking', thinking: THOUGHT, signature: expect.any(String) });

      const answer = client().messages.stream({ ...request(turns(QUESTION, content)), tools, thinking });
      expect(textOf(await answer.finalMessage())).toBe(FORECAST);
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'shows an image to the model',
    showing('images', async () => {
      const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PNG_BASE64 };
      const content = [
        { type: 'image' as const, source },
        { type: 'text' as const, text: 'What is this?' },
      ];
      const message = await client().messages.create(request([{ role: 'user', content }]));
      expect(textOf(message)).toBe('I see an image/png');
    }),
  );

  test.each([false, true])("meets the vendor's refusal in its own words, streaming: %s", (stream) =>
    showing('errors', async () => {
      const error = await rejection(client().messages.create({ ...request('overflow'), stream }));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ status: 400, requestID: expect.any(String) });
      expect(error).toHaveProperty('error', {
        type: 'error',
        error: expect.objectContaining({
          type: 'invalid_request_error',
          message: overflowOf(house.vendor.last.dialect),
        }),
        request_id: expect.any(String),
      });
    })(),
  );

  test(
    'reports usage, streaming or not',
    showing('usage', async () => {
      const usage = {
        input_tokens: TOKENS.input,
        cache_read_input_tokens: TOKENS.cached,
        output_tokens: OUTPUT_TOKENS,
        ...(door.countsReasoning && { output_tokens_details: { thinking_tokens: TOKENS.thinking } }),
      };
      expect((await client().messages.create(request('Hi'))).usage).toMatchObject(usage);
      expect((await client().messages.stream(request('Hi')).finalMessage()).usage).toMatchObject(usage);
    }),
  );

  test(
    'counts the tokens of a prompt',
    showing('token count', async () => {
      const { messages } = request('How long is this prompt?');
      const { input_tokens: tokens } = await client().messages.countTokens({ model, messages });
      expect(tokens).toBeGreaterThan(0);
    }),
  );

  test.runIf(vendor === CLIENT || vendor === 'gemini')('is told the count of a vendor that counts itself', async () => {
    const { messages } = request('How long is this prompt?');
    expect(await client().messages.countTokens({ model, messages })).toEqual({ input_tokens: PROMPT_TOKENS });
  });
});

describe.each(doorsOf(CLIENT).slice(0, 2))('the @anthropic-ai/sdk package and the models, $title', (door) => {
  const client = () => new Anthropic({ baseURL: house.urlOf(door), apiKey: 'any', maxRetries: 0 });

  test('lists them in its own shape', async () => {
    const models = await client().models.list();
    const wanted = door.vendor === undefined ? 'claude-sonnet-4-5' : 'claude/claude-sonnet-4-5';
    const model = models.data.find(({ id }) => id === wanted);
    expect(model).toMatchObject({ type: 'model', display_name: expect.any(String), created_at: expect.any(String) });
  });
});

function callsIn(content: readonly ContentBlock[]) {
  return content.filter((block) => block.type === 'tool_use');
}

/** The conversation after its tools have been called. */
function turns(question: string, content: ContentBlock[]): MessageParam[] {
  const results = callsIn(content).map(({ id }) => ({
    type: 'tool_result' as const,
    tool_use_id: id,
    content: RESULT,
  }));
  return [
    { role: 'user', content: question },
    { role: 'assistant', content },
    { role: 'user', content: results },
  ];
}

function textOf({ content }: Pick<Message, 'content'>): string {
  return content.flatMap((block) => (block.type === 'text' ? block.text : [])).join('');
}
