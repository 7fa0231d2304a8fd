import OpenAI, { BadRequestError } from 'openai';
import type { Response, ResponseCreateParamsNonStreaming, ResponseInput } from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
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

const CLIENT = 'openai-responses';
const tools = [{ type: 'function' as const, ...WEATHER, parameters: CITY_SCHEMA, strict: true }];
/** What a client asks for that keeps its conversations itself. */
const THINKING = {
  reasoning: { effort: 'low' as const, summary: 'auto' as const },
  include: ['reasoning.encrypted_content' as const],
  store: false,
};
const house = new House();

describe.each(doorsOf(CLIENT))('the openai package, responses, $title', (door) => {
  const { model, vendor } = door;
  const showing = (feature: Feature, run: () => Promise<void>) => shows({ client: CLIENT, vendor }, feature, run);
  const responses = () => new OpenAI({ baseURL: `${house.urlOf(door)}/v1`, apiKey: 'any', maxRetries: 0 }).responses;
  const ask = (input: string | ResponseInput, extra: Partial<ResponseCreateParamsNonStreaming> = {}) =>
    responses().create({ model, input, ...extra });

  test(
    'chats',
    showing('chat', async () => {
      const response = await ask('Hi', { instructions: 'Be brief.' });
      expect(response).toMatchObject({ object: 'response', status: 'completed', output_text: GREETING });
      expect(response.output).toMatchObject([
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: GREETING }] },
      ]);
    }),
  );

  test(
    'streams word by word, with every event numbered',
    showing('stream', async () => {
      const pieces: string[] = [];
      const numbers: number[] = [];
      const types: string[] = [];
      for await (const event of await responses().create({ model, input: 'Hi', stream: true })) {
        if (event.type === 'response.output_text.delta') pieces.push(event.delta);
        numbers.push(event.sequence_number);
        types.push(event.type);
      }
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(GREETING);
      expect(numbers).toEqual(numbers.map((_, index) => index));
      expect(types[0]).toBe('response.created');
      expect(types.at(-1)).toBe('response.completed');
    }),
  );

  test(
    'puts a streamed response together',
    showing('stream', async () => {
      const response = await responses().stream({ model, input: 'Hi' }).finalResponse();
      expect(response).toMatchObject({ status: 'completed', output_text: GREETING });
    }),
  );

  test(
    'calls a tool and takes its result',
    showing('tools', async () => {
      const { output } = await ask(QUESTION, { tools });
      const [call] = callsIn(output);
      expect(call).toMatchObject({ name: 'get_weather', status: 'completed', call_id: expect.any(String) });
      expect(JSON.parse(call?.arguments ?? '')).toEqual({ city: 'Paris' });

      const answer = await ask(turns(output), { tools });
      expect(answer.output_text).toBe(FORECAST);
    }),
  );

  test(
    'calls two tools at once',
    showing('tools', async () => {
      const calls = callsIn((await ask(TWO_QUESTIONS, { tools })).output);
      expect(calls.map((call): unknown => JSON.parse(call.arguments))).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
      expect(new Set(calls.map(({ call_id: id }) => id)).size).toBe(2);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    }),
  );

  test(
    'streams the arguments of a call in pieces, and goes on',
    showing('streamed tools', async () => {
      const deltas: string[] = [];
      const stream = responses().stream({ model, input: TWO_QUESTIONS, tools });
      stream.on('response.function_call_arguments.delta', ({ delta }) => deltas.push(delta));
      const { output } = await stream.finalResponse();
      expect(deltas.join('').replaceAll(/\s/g, '')).toBe('{"city":"Paris"}{"city":"Rome"}');
      expect(deltas.filter((delta) => delta !== '').length).toBeGreaterThanOrEqual(2 * door.argumentPieces);

      const input = turns(output, TWO_QUESTIONS);
      const answer = await responses().stream({ model, input, tools }).finalResponse();
      expect(answer.output_text).toBe(`${FORECAST} ${RESULT}`);
    }),
  );

  test(
    'answers in JSON of a schema',
    showing('structured output', async () => {
      const format = { type: 'json_schema' as const, name: 'place', schema: CITY_SCHEMA, strict: true };
      const { output_text: text } = await ask('Where is the Louvre?', { text: { format } });
      expect(text).toBe(PARIS);
    }),
  );

  test(
    'shows its reasoning, and goes on from it after a tool',
    showing('reasoning', async () => {
      const { output } = await ask(QUESTION, { ...THINKING, tools });
      expect(reasoningOf(output)).toBe(THOUGHT);

      const input = turns(output);
      const answer = await ask(input, { ...THINKING, tools });
      expect(answer.output_text).toBe(FORECAST);
      expect(reasoningOf(answer.output)).toBe(THOUGHT);
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'streams its reasoning, and goes on from it after a tool',
    showing('reasoning', async () => {
      const pieces: string[] = [];
      const turn = async (input: ResponseInput) => {
        for await (const event of await responses().create({ model, input, ...THINKING, tools, stream: true })) {
          if (event.type === 'response.reasoning_summary_text.delta') pieces.push(event.delta);
          if (event.type === 'response.completed') return event.response;
        }
        throw new Error('the response is not complete');
      };
      const { output } = await turn([question(QUESTION)]);
      expect(pieces.join('')).toBe(THOUGHT);

      const answer = await turn(turns(output));
      expect(answer.output.at(-1)).toMatchObject({ type: 'message', content: [{ text: FORECAST }] });
      expect(house.vendor.last.heard).toMatchObject({ signature: 'returned', wantsReasoning: true });
    }),
  );

  test(
    'shows an image to the model',
    showing('images', async () => {
      const content = [
        { type: 'input_text' as const, text: 'What is this?' },
        { type: 'input_image' as const, image_url: PNG_URL, detail: 'auto' as const },
      ];
      const { output_text: text } = await ask([{ role: 'user', content }]);
      expect(text).toBe('I see an image/png');
    }),
  );

  test.each([false, true])("meets the vendor's refusal in its own words, streaming: %s", (stream) =>
    showing('errors', async () => {
      const error = await rejection(responses().create({ model, input: 'overflow', stream }));
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ status: 400, type: 'invalid_request_error' });
      expect(error).toHaveProperty('error.message', overflowOf(house.vendor.last.dialect));
    })(),
  );

  test(
    'reports usage, streaming or not',
    showing('usage', async () => {
      const usage = {
        input_tokens: PROMPT_TOKENS,
        input_tokens_details: { cached_tokens: TOKENS.cached },
        output_tokens: OUTPUT_TOKENS,
        ...(door.countsReasoning && { output_tokens_details: { reasoning_tokens: TOKENS.thinking } }),
        total_tokens: PROMPT_TOKENS + OUTPUT_TOKENS,
      };
      expect((await ask('Hi')).usage).toMatchObject(usage);
      const streamed = await responses().stream({ model, input: 'Hi' }).finalResponse();
      expect(streamed.usage).toMatchObject(usage);
    }),
  );
});

function callsIn<Item extends { readonly type: string }>(output: readonly Item[]) {
  return output.filter((item): item is Extract<Item, { type: 'function_call' }> => item.type === 'function_call');
}

function resultsOf(output: Response['output']) {
  return callsIn(output).map(({ call_id }) => ({
    type: 'function_call_output' as const,
    call_id,
    output: RESULT,
  }));
}

/** The conversation after its tools have been called. */
function turns(output: Response['output'], asked = QUESTION): ResponseInput {
  const said = output.filter(({ type }) => type === 'reasoning' || type === 'function_call');
  return [question(asked), ...(said as ResponseInput), ...resultsOf(output)];
}

function reasoningOf(output: Response['output']): string {
  const items = output.filter((item) => item.type === 'reasoning');
  return items.flatMap(({ summary }) => summary.map(({ text }) => text)).join('');
}

function question(content: string) {
  return { role: 'user' as const, content };
}
