import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../test/support/reply-events.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart, Conversation, JsonObject } from '../conversation.js';
import type { ReplyContext, UnknownFields } from '../dialect.js';
import { asObject, asText, objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import type { FinishReason, Reply, StreamEvent } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { anthropicMessagesClient as client, anthropicMessagesVendor as vendor } from './anthropic-messages.dialect.js';

/** Characters of a stream's pieces. */
const PIECE = 4;
const conversation: Conversation = { model: 'm', stream: false, messages: [], unmodelled: [] };

function context(): ReplyContext {
  return { requestId: 'r1', model: 'gpt', conversation, createdAt: 0, losses: new Losses() };
}

function replyOf(parts: readonly AssistantPart[], reason: FinishReason = 'stop'): Reply {
  return { choices: [{ index: 0, parts, finish: { reason, native: reason } }] };
}

function streamed(events: readonly StreamEvent[], into = context()): string {
  const encoder = client.streamEncoder(into);
  const sequencer = new Sequencer();
  const ordered = [...events.flatMap((event) => sequencer.push(event)), ...sequencer.end()];
  const written = ordered.map((event) => encoder.write(event));
  const { closing, terminal } = encoder.end();
  return [...written, closing, terminal].join('');
}

function dataOf(stream: string): JsonObject[] {
  const lines = stream.split('\n').filter((line) => line.startsWith('data:'));
  return lines.map((line): JsonObject => JSON.parse(line.slice(5)));
}

/** What the vendor is told on the next turn, when a client sends the answer back: in JSON, and as its stream built it. */
function sentBack(reply: Reply): unknown[] {
  const whole = client.encodeReply(reply, context())['content'];
  const decoder = vendor.streamDecoder();
  const collected = collectReply(decoder.push(Buffer.from(streamed(eventsOf(reply, PIECE)))));
  return [whole, client.encodeReply(collected, context())['content']].map((content) => {
    const body = { messages: [{ role: 'assistant', content }] };
    const message = client.decodeRequest(body, { model: 'm', stream: false }).messages[0];
    return message?.role === 'assistant' ? message.parts : undefined;
  });
}

describe('an answer for a client of Anthropic', () => {
  it('has an id, a model and counts, also where the vendor gave none', () => {
    expect(client.encodeReply(replyOf([]), context())).toMatchObject({
      id: 'msg_r1',
      type: 'message',
      role: 'assistant',
      model: 'gpt',
      content: [],
      usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    });
  });

  it("counts in Anthropic's way: cached input apart, reasoning in the output", () => {
    const usage = {
      inputTokens: 10,
      audioInputTokens: 1,
      cacheReadTokens: 5,
      cacheWriteTokens: 3,
      outputTokens: 20,
      audioOutputTokens: 2,
      reasoningTokens: 8,
    };
    expect(client.encodeReply({ ...replyOf([]), usage }, context())['usage']).toMatchObject({
      input_tokens: 11,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: 3,
      output_tokens: 22,
      output_tokens_details: { thinking_tokens: 8 },
    });
  });

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['stop-sequence', 'stop_sequence'],
    ['content-filter', 'refusal'],
    ['refusal', 'refusal'],
    ['pause', 'pause_turn'],
    ['context-window', 'model_context_window_exceeded'],
    ['other', 'end_turn'],
  ] as const)('that ended with %s stopped for %s', (reason, stopReason) => {
    expect(client.encodeReply(replyOf([], reason), context())['stop_reason']).toBe(stopReason);
    const delta = dataOf(streamed(eventsOf(replyOf([], reason), PIECE))).find(({ type }) => type === 'message_delta');
    expect(asObject(delta?.['delta'])['stop_reason']).toBe(stopReason);
  });

  it('names what a message cannot say', () => {
    const parts: AssistantPart[] = [
      { type: 'text', text: 'a', logprobs: [{ token: 'a', logprob: 0 }], citations: [{ title: 'no address' }] },
      { type: 'media', kind: 'image', source: { type: 'data', base64: 'AA' }, mediaType: 'image/png' },
      { type: 'native', dialect: 'gemini', kind: 'executableCode', value: {} },
    ];
    const reply = { choices: [0, 1].map((index) => ({ index, parts, finish: undefined })) };
    const names = ['citations', 'executableCode', 'image', 'logprobs', 'n'];
    const [whole, stream] = [context(), context()];
    client.encodeReply(reply, whole);
    streamed([{ type: 'text', choice: 0, part: 0, text: '', logprobs: [] }, ...eventsOf(reply, PIECE)], stream);
    expect(whole.losses.names.toSorted()).toEqual(names);
    expect(stream.losses.names.toSorted()).toEqual(names);
  });

  it('cites a page on the web as a result of a search', () => {
    const citations = [{ url: 'https://x.y', title: 'T', start: 0, end: 1 }];
    const { content } = client.encodeReply(replyOf([{ type: 'text', text: 'a', citations }]), context());
    expect(objectsIn(content)[0]?.['citations']).toEqual([
      {
        type: 'web_search_result_location',
        url: 'https://x.y',
        title: 'T',
        cited_text: '',
        encrypted_index: expect.stringMatching(/^gw1\./),
      },
    ]);
    expect(sentBack(replyOf([{ type: 'text', text: 'a', citations }]))[0]).toEqual([
      { type: 'text', text: 'a', citations: [{ url: 'https://x.y', title: 'T' }] },
    ]);
  });

  it.each<[string, AssistantPart[]]>([
    [
      "Google's signature of a call",
      [{ type: 'tool-call', id: '1', name: 'f', arguments: '{}', signature: { origin: 'google', value: 'g' } }],
    ],
    [
      "Google's signatures of calls and texts",
      [
        { type: 'text', text: 'a', signature: { origin: 'google', value: 'g1' } },
        { type: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}', signature: { origin: 'google', value: 'g2' } },
        { type: 'tool-call', id: '2', name: 'f', arguments: '{}' },
        { type: 'tool-call', id: '3', name: 'f', arguments: '{}', signature: { origin: 'google', value: 'g3' } },
      ],
    ],
    [
      "OpenAI's reasoning",
      [{ type: 'reasoning', text: 'a', signature: { origin: 'openai', value: 'enc', id: 'rs_1' } }],
    ],
    [
      "OpenAI's hidden reasoning",
      [{ type: 'reasoning', text: '', signature: { origin: 'openai', value: 'enc', id: 'rs_1' } }],
    ],
    [
      'redacted reasoning',
      [{ type: 'reasoning', text: '', signature: { origin: 'anthropic', value: 'data', redacted: true } }],
    ],
    [
      'reasoning without a signature',
      [
        { type: 'reasoning', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    ],
  ])('brings %s back on the next turn', (_, parts) => {
    expect(sentBack(replyOf(parts))).toEqual([parts, parts]);
  });

  it('writes the free text of a custom tool as its input, whole and in a stream', () => {
    const part: AssistantPart = { type: 'tool-call', id: '1', name: 'patch', arguments: 'say "hi"\n', custom: true };
    const input = { input: 'say "hi"\n' };
    expect(objectsIn(client.encodeReply(replyOf([part]), context())['content'])[0]?.['input']).toEqual(input);
    const pieces = dataOf(streamed(eventsOf(replyOf([part]), PIECE))).map(
      ({ delta }) => asText(asObject(delta)['partial_json']) ?? '',
    );
    expect(JSON.parse(pieces.join(''))).toEqual(input);
  });

  it('tells a refusal in a text', () => {
    const parts: AssistantPart[] = [{ type: 'refusal', text: 'No.' }];
    expect(sentBack(replyOf(parts))).toEqual([[{ type: 'text', text: 'No.' }], [{ type: 'text', text: 'No.' }]]);
  });
});

describe('a stream for a client of Anthropic', () => {
  it('has its events in order, with numbered blocks', () => {
    const parts: AssistantPart[] = [
      { type: 'reasoning', text: 'hm', signature: { origin: 'anthropic', value: 'sig' } },
      { type: 'text', text: 'So' },
      { type: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}' },
    ];
    const usage = { inputTokens: 3, outputTokens: 4 };
    const told = dataOf(streamed(eventsOf({ ...replyOf(parts, 'tool-calls'), usage }, PIECE)));
    expect(
      told.map(({ type, index, delta }) => [type, index, asObject(delta)['type']].filter((item) => item !== undefined)),
    ).toEqual([
      ['message_start'],
      ['content_block_start', 0],
      ['content_block_delta', 0, 'thinking_delta'],
      ['content_block_delta', 0, 'signature_delta'],
      ['content_block_stop', 0],
      ['content_block_start', 1],
      ['content_block_delta', 1, 'text_delta'],
      ['content_block_stop', 1],
      ['content_block_start', 2],
      ['content_block_delta', 2, 'input_json_delta'],
      ['content_block_delta', 2, 'input_json_delta'],
      ['content_block_stop', 2],
      ['message_delta'],
      ['message_stop'],
    ]);
    expect(told.at(-2)).toMatchObject({
      usage: { input_tokens: 3, output_tokens: 4 },
      delta: { stop_reason: 'tool_use' },
    });
  });

  it('names each event on a line of its own', () => {
    const stream = streamed(eventsOf(replyOf([{ type: 'text', text: 'a' }]), PIECE));
    expect(stream).toMatch(/^event: message_start\ndata: \{"type":"message_start"/);
    expect(stream).toMatch(/event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
  });

  it('begins also where the vendor never said so', () => {
    const types = dataOf(streamed([{ type: 'text', choice: 0, part: 0, text: 'a' }])).map(({ type }) => type);
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });
});

describe('a stream of Anthropic', () => {
  const stream = (...events: readonly object[]): Buffer =>
    Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
  const start = {
    type: 'message_start',
    message: { id: 'm', model: 'c', usage: { input_tokens: 5, output_tokens: 1 } },
  };
  const read = (bytes: Buffer, unknown?: UnknownFields): readonly StreamEvent[] => {
    const decoder = vendor.streamDecoder(unknown);
    return [...decoder.push(bytes), ...decoder.end()];
  };

  it('corrects its counts at the end', () => {
    const delta = {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: 7, output_tokens: 9 },
    };
    expect(collectReply(read(stream(start, delta))).usage).toEqual({ inputTokens: 7, outputTokens: 9 });
    const partial = { ...delta, usage: { output_tokens: 9 } };
    expect(collectReply(read(stream(start, partial))).usage).toEqual({ inputTokens: 5, outputTokens: 9 });
  });

  it('is done by its own last event only', () => {
    expect(read(stream(start, { type: 'message_stop' })).at(-1)).toEqual({ type: 'done' });
    expect(read(stream(start)).some(({ type }) => type === 'done')).toBe(false);
  });

  it('tells a native call when its input is whole', () => {
    const block = { type: 'server_tool_use', id: '1', name: 'web_search', input: {} };
    const piece = (partial_json: string) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json },
    });
    const events = read(
      stream({ type: 'content_block_start', index: 0, content_block: block }, piece('{"query":'), piece('"x"}'), {
        type: 'content_block_stop',
        index: 0,
      }),
    );
    expect(events).toEqual([
      {
        type: 'native',
        choice: 0,
        part: 0,
        native: {
          type: 'native',
          dialect: 'anthropic-messages',
          kind: 'server_tool_use',
          value: { ...block, input: { query: 'x' } },
        },
      },
      { type: 'part-end', choice: 0, part: 0 },
    ]);
  });

  it('gives a call without arguments an empty object', () => {
    const block = { type: 'tool_use', id: '1', name: 'f', input: {} };
    const events = read(
      stream({ type: 'content_block_start', index: 0, content_block: block }, { type: 'content_block_stop', index: 0 }),
    );
    expect(collectReply(events).choices[0]?.parts).toEqual([
      { type: 'tool-call', id: '1', name: 'f', arguments: '{}' },
    ]);
  });

  it('reports an error', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'r' };
    expect(read(stream(start, error)).at(-1)).toEqual({
      type: 'error',
      error: { message: 'Overloaded', type: 'overloaded_error', status: 529 },
    });
  });

  it('goes on over kinds of events that are new, and notes them', () => {
    const unknown: UnknownFields = new Set();
    read(stream({ type: 'weather', rain: true }, { type: 'ping' }, { ...start, mood: 'good' }), unknown);
    expect([...unknown]).toEqual(['weather', 'weather.rain', 'message_start.mood']);
  });

  it.each(['data: {"type":\n\n', 'data: [1]\n\n', 'data: {"a":1}\n\n', 'data: {"type":"error"}\n\n'])(
    'is none with %j',
    (event) => {
      expect(() => read(Buffer.from(event))).toThrow(
        expect.objectContaining({ failure: { reason: 'invalid_reply' } }) as Error,
      );
    },
  );
});
