import { describe, expect, it } from 'vitest';
import { openAiChatPassthrough } from '../../dialects/openai-chat/openai-chat.passthrough.js';
import { ChatStreamWatch } from '../../dialects/openai-chat/openai-chat.stream-watch.js';
import type { ProviderCall } from '../provider.js';
import { SimulatedProvider } from './simulated.provider.js';

const tool = { type: 'function', function: { name: 'f', parameters: { properties: { a: { type: 'string' } } } } };

function call(fields: object, call: Partial<ProviderCall> = {}): ProviderCall {
  const body = Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: 'Hello big world' }], ...fields }));
  const { signal } = new AbortController();
  const shared = { operation: 'generate', dialect: 'openai-chat', model: 'echo', headers: {} } as const;
  return { ...shared, body, stream: false, signal, ...call };
}

async function chunksOf(request: ProviderCall): Promise<Buffer[]> {
  const { body } = await new SimulatedProvider('simulated').send(request);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

async function whole(fields: object) {
  const bytes = Buffer.concat(await chunksOf(call(fields)));
  return {
    facts: openAiChatPassthrough.readReply(bytes),
    body: JSON.parse(bytes.toString()) as Record<string, unknown>,
  };
}

async function streamed(fields: object) {
  const watch = new ChatStreamWatch();
  const events = await chunksOf(call(fields, { stream: true }));
  return { watch, events, kinds: events.map((event) => watch.read(event)) };
}

describe('SimulatedProvider', () => {
  it('answers whole, with usage', async () => {
    const { facts, body } = await whole({});
    expect(facts).toMatchObject({ model: 'echo', finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 3 } });
    expect(facts.written().text).toBe('Hello big world');
    expect(body).toMatchObject({ object: 'chat.completion', usage: { total_tokens: 6 } });
  });

  it('gives as many choices as are asked for, and counts each', async () => {
    const { body, facts } = await whole({ n: 3 });
    expect(body['choices']).toMatchObject([{ index: 0 }, { index: 1 }, { index: 2 }]);
    expect(facts.usage).toMatchObject({ inputTokens: 3, outputTokens: 9 });
  });

  it('streams the same answer a word at a time', async () => {
    const { watch, events, kinds } = await streamed({});
    expect(watch.written().text).toBe('Hello big world');
    expect(watch.finishReason).toBe('stop');
    expect(events.map(String).filter((event) => /"content":" ?\w/.test(event))).toHaveLength(3);
    expect(kinds.at(-1)).toBe('done');
    expect(kinds).not.toContain('usage');
  });

  it('streams usage last when it is asked for, and null before', async () => {
    const { watch, events, kinds } = await streamed({ stream_options: { include_usage: true } });
    expect(kinds.slice(-2)).toEqual(['usage', 'done']);
    expect(watch.usage).toEqual({ inputTokens: 3, outputTokens: 3 });
    expect(events.slice(0, -2).every((event) => event.toString().includes('"usage":null'))).toBe(true);
  });

  it.each([1, 2])('calls the tool that is asked for, in each of %i choices', async (n) => {
    const fields = { n, tools: [tool], tool_choice: 'required' };
    const { facts } = await whole(fields);
    expect(facts.finishReason).toBe('tool_calls');
    expect(facts.written().text).toBe(Array(n).fill('f\n{"a":"Hello big world"}').join('\n'));
    const { watch } = await streamed(fields);
    expect(watch.finishReason).toBe('tool_calls');
    expect(watch.written().text).toBe('{"a":"Hello big world"}'.repeat(n));
  });

  it('refuses a model it does not have, as a vendor would', async () => {
    const failure: unknown = await new SimulatedProvider('simulated')
      .send(call({}, { model: 'x' }))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ isRefusal: true, failure: { status: 404 } });
  });

  it('embeds with the same model', async () => {
    const chunks = await chunksOf(call({ input: ['Hello big world', 'b'] }, { operation: 'embed' }));
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({
      object: 'list',
      model: 'echo',
      data: [{ index: 0 }, { index: 1 }],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    });
  });

  it('refuses what it cannot embed, as a vendor would, naming the field', async () => {
    const request = call({ input: 'a', dimensions: 5000 }, { operation: 'embed' });
    const failure: unknown = await chunksOf(request).catch((error: unknown) => error);
    expect(failure).toMatchObject({ isRefusal: true, failure: { status: 400 } });
    expect(String((failure as { failure: { body: Buffer } }).failure.body)).toContain('"param":"dimensions"');
  });

  it('stops between two words when the caller leaves', async () => {
    const controller = new AbortController();
    const left = new Error('the client left');
    const request = call({}, { stream: true, signal: controller.signal });
    const { body } = await new SimulatedProvider('simulated').send(request);
    const reading = (async () => {
      for await (const _ of body) controller.abort(left);
    })();
    await expect(reading).rejects.toBe(left);
  });
});
