import OpenAI, { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import { collectReply } from '../collect-reply.js';
import type { Conversation } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import type { StreamEvent } from '../reply.js';
import { openAiResponsesClient as client, openAiResponsesVendor as vendor } from './openai-responses.dialect.js';

const conversation: Conversation = { model: 'm', stream: true, messages: [], unmodelled: [] };

function contextOf(): ReplyContext {
  return { requestId: 'request-1', model: 'm', conversation, createdAt: 7, losses: new Losses() };
}

function streamed(...events: readonly StreamEvent[]): string {
  const encoder = client.streamEncoder(contextOf());
  const written = events.map((event) => encoder.write(event));
  const { closing, terminal } = encoder.end();
  return [...written, closing, terminal].join('');
}

function typesIn(text: string): string[] {
  return [...text.matchAll(/^event: (.*)$/gm)].map(([, type = '']) => type.replace('response.', ''));
}

const start: StreamEvent = { type: 'start', model: 'x-1', createdAt: 5 };
const part = (index: number) => ({ choice: 0, part: index });
const end = (index: number): StreamEvent => ({ type: 'part-end', ...part(index) });
const finish = (reason: 'stop' | 'length'): StreamEvent => ({
  type: 'finish',
  choice: 0,
  finish: { reason, native: reason },
});
const answer: StreamEvent[] = [
  start,
  { type: 'reasoning', ...part(0), text: 'Hm' },
  { type: 'signature', ...part(0), signature: { origin: 'anthropic', value: 'S' } },
  end(0),
  { type: 'text', ...part(1), text: 'Hel' },
  { type: 'text', ...part(1), text: 'lo' },
  { type: 'citation', ...part(1), citation: { url: 'https://a.test' } },
  end(1),
  { type: 'tool-call', ...part(2), id: 'c1', name: 'f' },
  { type: 'arguments', ...part(2), text: '{"a":' },
  { type: 'arguments', ...part(2), text: '1}' },
  end(2),
  { type: 'tool-call', ...part(3), id: 'c2', name: 'g', custom: true },
  { type: 'arguments', ...part(3), text: 'x' },
  end(3),
  finish('stop'),
  { type: 'usage', usage: { inputTokens: 3, outputTokens: 4 } },
];

/** OpenAI's own client, in front of a server that answers with this stream. */
function sdk(stream: string): OpenAI {
  const headers = { 'content-type': 'text/event-stream' };
  const fetch = () => Promise.resolve(new Response(stream, { headers }));
  return new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 });
}

describe('a stream for a client', () => {
  it('has the whole life of each item', () => {
    expect(typesIn(streamed(...answer))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.annotation.added',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'output_item.added',
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
      'output_item.done',
      'completed',
    ]);
  });

  it('sends each piece on at once', () => {
    const encoder = client.streamEncoder(contextOf());
    encoder.write({ type: 'tool-call', ...part(0), id: 'c1', name: 'f' });
    expect(encoder.write({ type: 'arguments', ...part(0), text: '{"a"' })).toContain('"delta":"{\\"a\\""');
    expect(encoder.write({ type: 'arguments', ...part(0), text: ':' })).toContain('"delta":":"');
  });

  it('ends with the same response that an answer in one piece is', () => {
    const [, last = ''] = /event: response\.completed\ndata: (.*)\n\n$/.exec(streamed(...answer)) ?? [];
    const whole = client.encodeReply(collectReply(answer), contextOf());
    expect(JSON.parse(last).response).toEqual(whole);
  });

  it('ends incomplete where the answer was cut, in the item that was cut', () => {
    const text = streamed(start, { type: 'text', ...part(0), text: 'Hel' }, end(0), finish('length'));
    expect(typesIn(text).at(-1)).toBe('incomplete');
    const [, last = ''] = /event: response\.incomplete\ndata: (.*)\n\n$/.exec(text) ?? [];
    expect(JSON.parse(last).response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete', content: [{ text: 'Hel' }] }],
    });
  });

  it('keeps what is missing of the end apart from the end itself', () => {
    const encoder = client.streamEncoder(contextOf());
    encoder.write({ type: 'text', ...part(0), text: 'Hi' });
    const { closing, terminal } = encoder.end();
    expect(typesIn(closing)).toEqual(['output_text.done', 'content_part.done', 'output_item.done']);
    expect(typesIn(terminal)).toEqual(['completed']);
  });

  it('gives arguments to a call that has none', () => {
    const text = streamed({ type: 'tool-call', ...part(0), id: 'c1', name: 'f' }, end(0));
    expect(collectReply(vendor.streamDecoder().push(Buffer.from(text))).choices[0]?.parts).toMatchObject([
      { type: 'tool-call', arguments: '{}' },
    ]);
  });

  it('brings a signature back that follows an empty text, as Gemini sends it', () => {
    const signature = { origin: 'google', value: 'G' } as const;
    const text = streamed(
      { type: 'text', ...part(0), text: 'Hi' },
      end(0),
      { type: 'text', ...part(1), text: '' },
      { type: 'signature', ...part(1), signature },
      end(1),
    );
    const [, last = ''] = /event: response\.completed\ndata: (.*)\n\n$/.exec(text) ?? [];
    const { messages } = client.decodeRequest(
      { input: JSON.parse(last).response.output },
      { model: 'm', stream: true },
    );
    expect(messages).toEqual([{ role: 'assistant', parts: [{ type: 'text', text: 'Hi', signature }] }]);
  });

  it('is put together by OpenAI’s own client', async () => {
    const stream = sdk(streamed(...answer)).responses.stream({ model: 'm', input: 'Hi' });
    const response = await stream.finalResponse();
    expect(response).toMatchObject({ status: 'completed', output_text: 'Hello', usage: { total_tokens: 7 } });
    expect(response.output.map(({ type }) => type)).toEqual([
      'reasoning',
      'message',
      'function_call',
      'custom_tool_call',
    ]);
  });
});

describe('a stream that breaks', () => {
  const error = new GatewayError('upstream_error', 'The provider broke off.');
  const vendorsWords = { message: 'Too long.', code: 'context_length_exceeded', type: 'invalid_request_error' };

  it('ends with a failed response, numbered after what was sent', () => {
    const event = client.errorEvent(error, {
      requestId: 'request-1',
      model: 'x-1',
      eventsSent: 9,
      vendor: vendorsWords,
    });
    expect(event).toMatch(/^event: response\.failed\ndata: .*\n\n$/);
    expect(JSON.parse(event.split('data: ')[1] ?? '')).toMatchObject({
      type: 'response.failed',
      sequence_number: 9,
      response: {
        object: 'response',
        status: 'failed',
        model: 'x-1',
        error: { code: 'context_length_exceeded', message: 'Too long.' },
      },
      error: { ...vendorsWords, param: null },
    });
  });

  it('has the id that it began with', () => {
    const [, id] = /"id":"(resp_\w+)"/.exec(streamed(start)) ?? [];
    expect(client.errorEvent(error, { requestId: 'request-1' })).toContain(`"id":"${id}"`);
  });

  it('throws in OpenAI’s own client', async () => {
    const encoder = client.streamEncoder(contextOf());
    const begun = encoder.write(start) + encoder.write({ type: 'text', ...part(0), text: 'Hel' });
    const broken = begun + client.errorEvent(error, { requestId: 'request-1', eventsSent: 5 });
    const reading = async () => {
      const stream = await sdk(broken).responses.create({ model: 'm', input: 'Hi', stream: true });
      for await (const event of stream) expect(event.type).not.toBe('response.failed');
    };
    await expect(reading()).rejects.toThrow(APIError);
    await expect(reading()).rejects.toThrow('The provider broke off.');
  });
});
