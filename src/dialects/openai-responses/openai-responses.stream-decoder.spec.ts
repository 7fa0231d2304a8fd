import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart } from '../conversation.js';
import type { StreamEvent } from '../reply.js';
import { openAiResponsesVendor as vendor } from './openai-responses.dialect.js';

function sse(...events: readonly object[]): Buffer {
  return Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
}

function decoded(...events: readonly object[]): readonly StreamEvent[] {
  const decoder = vendor.streamDecoder();
  return [...decoder.push(sse(...events)), ...decoder.end()];
}

function partsOf(...events: readonly object[]): readonly AssistantPart[] | undefined {
  return collectReply(decoded(...events)).choices[0]?.parts;
}

const at = { item_id: 'i', output_index: 0, content_index: 0 };
const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' };
const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '' };
const completed = { type: 'response.completed', response: { id: 'r', status: 'completed', output: [] } };
const delta = (text: string, rest: object = {}) => ({
  type: 'response.output_text.delta',
  ...at,
  delta: text,
  ...rest,
});

describe('a stream of OpenAI’s responses', () => {
  it('tells the response’s head once, and its end', () => {
    const response = { id: 'resp_1', model: 'gpt-5', created_at: 3, status: 'in_progress' };
    const usage = { input_tokens: 5, input_tokens_details: { cached_tokens: 2 }, output_tokens: 1 };
    const events = decoded(
      { type: 'response.created', response },
      { type: 'response.queued', response },
      { type: 'response.in_progress', response },
      { type: 'response.completed', response: { ...response, status: 'completed', usage, output: [] } },
    );
    expect(events).toMatchObject([
      { type: 'start', id: 'resp_1', model: 'gpt-5', createdAt: 3 },
      { type: 'usage', usage: { inputTokens: 3, cacheReadTokens: 2, outputTokens: 1 } },
      { type: 'finish', finish: { reason: 'stop', native: 'completed' } },
      { type: 'done' },
    ]);
  });

  it('tells arguments as they come', () => {
    const piece = (text: string) => ({ type: 'response.function_call_arguments.delta', ...at, delta: text });
    const events = decoded(
      { type: 'response.output_item.added', ...at, item: call },
      piece('{"a"'),
      piece(':1}'),
      { type: 'response.function_call_arguments.done', ...at, arguments: '{"a":1}' },
      { type: 'response.output_item.done', ...at, item: { ...call, arguments: '{"a":1}' } },
    );
    expect(events).toEqual([
      { type: 'tool-call', choice: 0, part: 0, id: 'c1', name: 'f' },
      { type: 'arguments', choice: 0, part: 0, text: '{"a"' },
      { type: 'arguments', choice: 0, part: 0, text: ':1}' },
      { type: 'part-end', choice: 0, part: 0 },
    ]);
  });

  it.each<[what: string, events: object[], parts: object[]]>([
    ['text in the end of a text', [{ type: 'response.output_text.done', ...at, text: 'Hi' }], [{ text: 'Hi' }]],
    ['the rest of a text', [delta('H'), { type: 'response.output_text.done', ...at, text: 'Hi' }], [{ text: 'Hi' }]],
    [
      'text, citations and log probabilities in the end of an item',
      [
        {
          type: 'response.output_item.done',
          ...at,
          item: {
            ...message,
            content: [
              {
                type: 'output_text',
                text: 'Hi',
                annotations: [{ type: 'url_citation', url: 'https://a.test' }],
                logprobs: [{ token: 'Hi', logprob: -1, top_logprobs: [] }],
              },
            ],
          },
        },
      ],
      [{ text: 'Hi', citations: [{ url: 'https://a.test' }], logprobs: [{ token: 'Hi', logprob: -1 }] }],
    ],
    [
      'text in the end of the response',
      [
        {
          ...completed,
          response: { ...completed.response, output: [{ ...message, content: [{ type: 'output_text', text: 'Hi' }] }] },
        },
      ],
      [{ text: 'Hi' }],
    ],
    ['a refusal', [{ type: 'response.refusal.done', ...at, refusal: 'No.' }], [{ type: 'refusal', text: 'No.' }]],
    [
      'a call in the end of an item',
      [{ type: 'response.output_item.done', ...at, item: { ...call, arguments: '{}' } }],
      [{ type: 'tool-call', id: 'c1', arguments: '{}' }],
    ],
    [
      'a custom call',
      [
        {
          type: 'response.output_item.added',
          ...at,
          item: { type: 'custom_tool_call', call_id: 'c', name: 'g', input: '' },
        },
        { type: 'response.custom_tool_call_input.delta', ...at, delta: 'x' },
        { type: 'response.custom_tool_call_input.done', ...at, input: 'xy' },
      ],
      [{ type: 'tool-call', custom: true, arguments: 'xy' }],
    ],
    [
      'summaries, joined with a blank line, and what is hidden',
      [
        { type: 'response.reasoning_summary_part.added', ...at, summary_index: 0, part: {} },
        { type: 'response.reasoning_summary_text.delta', ...at, summary_index: 0, delta: 'A' },
        { type: 'response.reasoning_summary_text.delta', ...at, summary_index: 1, delta: 'B' },
        { type: 'response.reasoning_summary_text.done', ...at, summary_index: 1, text: 'BC' },
        {
          type: 'response.output_item.done',
          ...at,
          item: {
            type: 'reasoning',
            id: 'rs_1',
            summary: [{ text: 'A' }, { text: 'BC' }],
            encrypted_content: 'E',
          },
        },
      ],
      [{ type: 'reasoning', text: 'A\n\nBC', signature: { origin: 'openai', value: 'E', id: 'rs_1' } }],
    ],
    [
      'reasoning in full',
      [
        { type: 'response.reasoning_text.delta', ...at, delta: 'A' },
        { type: 'response.output_item.done', ...at, item: { type: 'reasoning', content: [{ text: 'AB' }] } },
      ],
      [{ type: 'reasoning', text: 'AB' }],
    ],
    [
      'log probabilities and citations on the way',
      [
        delta('Hi', { logprobs: [{ token: 'Hi', logprob: -1, top_logprobs: [{ token: 'Yo', logprob: -2 }] }] }),
        {
          type: 'response.output_text.annotation.added',
          ...at,
          annotation_index: 0,
          annotation: { type: 'url_citation', url: 'https://a.test' },
        },
        {
          type: 'response.output_item.done',
          ...at,
          item: {
            ...message,
            content: [
              { type: 'output_text', text: 'Hi', annotations: [{ type: 'url_citation', url: 'https://a.test' }] },
            ],
          },
        },
      ],
      [
        {
          text: 'Hi',
          logprobs: [{ token: 'Hi', logprob: -1, top: [{ token: 'Yo', logprob: -2 }] }],
          citations: [{ url: 'https://a.test' }],
        },
      ],
    ],
    [
      'a hosted tool’s item whole, after its progress',
      [
        { type: 'response.output_item.added', ...at, item: { type: 'web_search_call', status: 'in_progress' } },
        { type: 'response.web_search_call.searching', ...at },
        { type: 'response.output_item.done', ...at, item: { type: 'web_search_call', status: 'completed' } },
      ],
      [{ type: 'native', kind: 'web_search_call', value: { type: 'web_search_call', status: 'completed' } }],
    ],
    [
      'two contents of a message, in two parts',
      [delta('A'), delta('B', { content_index: 1 }), delta('a')],
      [{ text: 'Aa' }, { text: 'B' }],
    ],
  ])('may hold %s', (_, events, parts) => {
    const found = partsOf(...events);
    expect(found).toMatchObject(parts);
    expect(found).toHaveLength(parts.length);
  });

  it('sends nothing twice', () => {
    const item = { ...message, content: [{ type: 'output_text', text: 'Hi' }] };
    const events = [
      delta('Hi'),
      { type: 'response.output_text.done', ...at, text: 'Hi' },
      { type: 'response.output_item.done', ...at, item },
      { ...completed, response: { ...completed.response, output: [item] } },
    ];
    expect(partsOf(...events)).toEqual([{ type: 'text', text: 'Hi' }]);
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
  ])('that is incomplete for %s ended for %s', (reason, expected) => {
    const response = { status: 'incomplete', incomplete_details: { reason }, output: [] };
    expect(decoded({ type: 'response.incomplete', response })).toMatchObject([
      { type: 'start' },
      { type: 'finish', finish: { reason: expected, native: reason } },
      { type: 'done' },
    ]);
  });

  it.each<[event: object, error: object]>([
    [
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow.' } },
      },
      { code: 'rate_limit_exceeded', message: 'Slow.', status: 429 },
    ],
    [
      { type: 'error', code: 'context_length_exceeded', message: 'Long.', param: 'input', sequence_number: 3 },
      { code: 'context_length_exceeded', message: 'Long.', param: 'input', status: 400 },
    ],
    [
      { type: 'error', error: { type: 'invalid_request_error', code: 'insufficient_quota', message: 'Pay.' } },
      { code: 'insufficient_quota', type: 'invalid_request_error', message: 'Pay.', status: 429 },
    ],
    [
      { type: 'response.failed', response: { status: 'failed' } },
      { message: expect.stringContaining('response.failed') },
    ],
    [{ type: 'response.cancelled', response: {} }, { message: expect.stringContaining('response.cancelled') }],
    [{ error: { message: 'Proxy.', code: 502 } }, { message: 'Proxy.', status: 502 }],
  ])('reports a failure: %j', (event, error) => {
    expect(decoded(event)).toMatchObject([{ type: 'error', error }]);
  });

  it.each(['data: {"type":\n\n', 'data: [1]\n\n', 'data: {"id":1}\n\n'])('does not hold %j', (event) => {
    expect(() => vendor.streamDecoder().push(Buffer.from(event))).toThrow(UpstreamError);
  });

  it('may end with [DONE], and without a blank line', () => {
    const decoder = vendor.streamDecoder();
    const events = [
      ...decoder.push(Buffer.from(`data: [DONE]\n\ndata: ${JSON.stringify(delta('Hi'))}`)),
      ...decoder.end(),
    ];
    expect(events).toEqual([{ type: 'text', choice: 0, part: 0, text: 'Hi' }]);
  });

  it('is the same wherever its bytes are cut, inside a letter too', () => {
    const bytes = sse(
      delta('é日'),
      { type: 'response.output_item.added', ...at, output_index: 1, item: call },
      completed,
    );
    const whole = vendor.streamDecoder().push(bytes);
    for (let cut = 1; cut < bytes.length; cut++) {
      const decoder = vendor.streamDecoder();
      expect([...decoder.push(bytes.subarray(0, cut)), ...decoder.push(bytes.subarray(cut))]).toEqual(whole);
    }
  });

  it('tells events and fields that nobody knows', () => {
    const unknown = new Set<string>();
    vendor.streamDecoder(unknown).push(sse({ type: 'response.dream.delta' }, delta('Hi', { mood: 'good' })));
    expect([...unknown]).toEqual(['response.dream.delta', 'response.output_text.delta.mood']);
  });
});
