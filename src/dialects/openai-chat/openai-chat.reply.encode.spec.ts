import { describe, expect, it } from 'vitest';
import type { AssistantPart, Conversation, JsonObject } from '../conversation.js';
import { Losses } from '../losses.js';
import type { FinishReason, Reply, StreamEvent } from '../reply.js';
import { openAiChatClient } from './openai-chat.dialect.js';

const text = { type: 'text', text: 'Yes' } as const;
const toolCall = { type: 'tool-call', id: 'a', name: 'f', arguments: '{}' } as const;
const usage = {
  inputTokens: 10,
  cacheReadTokens: 5,
  cacheWriteTokens: 2,
  audioInputTokens: 1,
  outputTokens: 20,
  reasoningTokens: 8,
  audioOutputTokens: 3,
};
const wireUsage = {
  prompt_tokens: 18,
  completion_tokens: 23,
  total_tokens: 41,
  prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 2, audio_tokens: 1 },
  completion_tokens_details: { reasoning_tokens: 8, audio_tokens: 3 },
};

function contextOf(conversation: Partial<Conversation> = {}) {
  const losses = new Losses();
  const asked: Conversation = { model: 'smart', stream: true, messages: [], unmodelled: [], ...conversation };
  return { requestId: 'req-1', model: 'smart', conversation: asked, createdAt: 7, losses };
}

function encoded(parts: readonly AssistantPart[], reason: FinishReason = 'stop') {
  const context = contextOf();
  const reply: Reply = { choices: [{ index: 0, parts, finish: { reason, native: reason } }] };
  const [choice] = openAiChatClient.encodeReply(reply, context)['choices'] as readonly {
    readonly message: JsonObject;
    readonly finish_reason: string;
  }[];
  return { message: choice?.message, finish: choice?.finish_reason, lost: context.losses.names };
}

function chunksOf(events: readonly StreamEvent[], conversation: Partial<Conversation> = {}): string[] {
  const encoder = openAiChatClient.streamEncoder(contextOf(conversation));
  const written = events.map((event) => encoder.write(event)).join('');
  const { closing, terminal } = encoder.end();
  expect(terminal).toBe('data: [DONE]\n\n');
  return [...(written + closing).matchAll(/^data: (.*)$/gm)].map(([, json = '']) => json);
}

function deltasOf(events: readonly StreamEvent[]): unknown[] {
  return chunksOf(events).map((json) => (JSON.parse(json) as { choices: [{ delta: unknown }] }).choices[0].delta);
}

describe('a completion', () => {
  it('has what the vendor said of it, else what the gateway knows', () => {
    const known = { id: 'msg_1', model: 'claude', createdAt: 9, choices: [], usage };
    expect(openAiChatClient.encodeReply(known, contextOf())).toEqual({
      id: 'msg_1',
      object: 'chat.completion',
      created: 9,
      model: 'claude',
      choices: [],
      usage: wireUsage,
    });
    expect(openAiChatClient.encodeReply({ choices: [] }, contextOf())).toEqual({
      id: 'chatcmpl-req-1',
      object: 'chat.completion',
      created: 7,
      model: 'smart',
      choices: [],
    });
  });

  it.each<[what: string, parts: readonly AssistantPart[], message: JsonObject]>([
    ['one text', [text, { type: 'text', text: '!' }], { content: 'Yes!' }],
    ['nothing', [], { content: '' }],
    ['a refusal', [{ type: 'refusal', text: 'No.' }], { content: null, refusal: 'No.' }],
    [
      'calls alone',
      [{ ...toolCall, arguments: '' }],
      { content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    ],
    [
      'a custom call',
      [{ ...toolCall, arguments: 'x', custom: true }],
      { content: null, tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'f', input: 'x' } }] },
    ],
    ['reasoning', [{ type: 'reasoning', text: 'Hm' }, text], { content: 'Yes', reasoning_content: 'Hm' }],
    [
      'signed reasoning',
      [{ type: 'reasoning', text: 'Hm', signature: { origin: 'anthropic', value: 'sig' } }, text],
      {
        content: 'Yes',
        reasoning_content: 'Hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
        ],
      },
    ],
    [
      'a signed call',
      [{ ...toolCall, signature: { origin: 'google', value: 'sig' } }],
      {
        content: null,
        tool_calls: [
          {
            id: 'a',
            type: 'function',
            function: { name: 'f', arguments: '{}' },
            extra_content: { google: { thought_signature: 'sig' } },
          },
        ],
      },
    ],
    [
      'an image',
      [{ type: 'media', kind: 'image', source: { type: 'data', base64: 'AAAA' }, mediaType: 'image/png' }],
      { content: null, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ],
    [
      'sound',
      [{ type: 'media', kind: 'audio', source: { type: 'data', base64: 'AAAA' } }],
      { content: null, audio: { id: 'audio-req-1', data: 'AAAA', expires_at: 7, transcript: '' } },
    ],
    [
      'citations, at their places in the whole text',
      [text, { ...text, citations: [{ url: 'https://a.b', start: 1, end: 2 }] }],
      {
        content: 'YesYes',
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a.b', title: '', start_index: 4, end_index: 5 } },
        ],
      },
    ],
  ])('says %s', (_, parts, message) => {
    expect(encoded(parts)).toMatchObject({ lost: [] });
    expect(encoded(parts).message).toEqual({ role: 'assistant', refusal: null, ...message });
  });

  it.each<[lost: string, part: AssistantPart]>([
    ['web_search', { type: 'native', dialect: 'anthropic-messages', kind: 'web_search', value: {} }],
    ['citations', { ...text, citations: [{ citedText: 'Words' }] }],
    ['video', { type: 'media', kind: 'video', source: { type: 'url', url: 'https://a.b' } }],
    ['image', { type: 'media', kind: 'image', source: { type: 'file', id: 'x' } }],
    ['audio', { type: 'media', kind: 'audio', source: { type: 'url', url: 'https://a.b' } }],
  ])('tells that it lost %s', (lost, part) => {
    expect(encoded([part]).lost).toEqual([lost]);
  });

  it.each<[reason: FinishReason, parts: readonly AssistantPart[], word: string]>([
    ['stop', [], 'stop'],
    ['stop-sequence', [], 'stop'],
    ['length', [], 'length'],
    ['context-window', [], 'length'],
    ['tool-calls', [], 'tool_calls'],
    ['content-filter', [], 'content_filter'],
    ['pause', [], 'stop'],
    ['other', [], 'stop'],
    ['refusal', [], 'content_filter'],
    ['refusal', [{ type: 'refusal', text: 'No.' }], 'stop'],
  ])('that ended by %s with %j says %s', (reason, parts, word) => {
    expect(encoded(parts, reason).finish).toBe(word);
  });
});

describe('a stream', () => {
  const at = { choice: 0, part: 0 };
  const start = { type: 'start', id: 'msg_1', model: 'claude', createdAt: 9 } as const;
  const role = { role: 'assistant', content: '', refusal: null };
  const finish = { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'end_turn' } } as const;
  const head = { id: 'msg_1', object: 'chat.completion.chunk', created: 9, model: 'claude' };

  it('has role, text and finish, each in a chunk of its own', () => {
    const chunks = chunksOf([start, { type: 'text', ...at, text: 'Yes' }, { type: 'usage', usage }, finish]);
    const bare = { index: 0, logprobs: null, finish_reason: null };
    expect(chunks.map((json) => JSON.parse(json) as unknown)).toEqual([
      { ...head, choices: [{ ...bare, delta: role }] },
      { ...head, choices: [{ ...bare, delta: { content: 'Yes' } }] },
      { ...head, choices: [{ ...bare, delta: {}, finish_reason: 'stop' }] },
    ]);
  });

  it('has usage where the client asked for it, and null before', () => {
    const chunks = chunksOf([start, { type: 'usage', usage }, finish], { includeUsage: true });
    const last = chunks.pop() ?? '';
    expect(JSON.parse(last)).toEqual({ ...head, choices: [], usage: wireUsage });
    for (const json of chunks) expect(JSON.parse(json)).toHaveProperty('usage', null);
  });

  it('counts tool calls in their order, whatever parts stand between', () => {
    const begin = (part: number, id: string) => ({ type: 'tool-call', choice: 0, part, id, name: 'f' }) as const;
    const deltas = deltasOf([
      begin(3, 'a'),
      { type: 'arguments', choice: 0, part: 3, text: '{}' },
      { type: 'part-end', choice: 0, part: 3 },
      begin(5, 'b'),
      { type: 'part-end', choice: 0, part: 5 },
    ]);
    const called = (index: number, id: string) => ({
      index,
      id,
      type: 'function',
      function: { name: 'f', arguments: '' },
    });
    const args = (index: number) => ({ tool_calls: [{ index, function: { arguments: '{}' } }] });
    expect(deltas).toEqual([
      role,
      { tool_calls: [called(0, 'a')] },
      args(0),
      { tool_calls: [called(1, 'b')] },
      // A call without arguments must be JSON all the same.
      args(1),
    ]);
  });

  it('says reasoning as it comes, and whole beside its signature', () => {
    const signature = { origin: 'anthropic', value: 'sig' } as const;
    const deltas = deltasOf([
      { type: 'reasoning', ...at, text: 'H' },
      { type: 'reasoning', ...at, text: 'm' },
      { type: 'signature', ...at, signature },
    ]);
    expect(deltas.slice(1)).toEqual([
      { reasoning_content: 'H' },
      { reasoning_content: 'm' },
      {
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
        ],
      },
    ]);
  });

  it('keeps several answers apart', () => {
    const chunks = chunksOf([
      start,
      { type: 'text', choice: 1, part: 0, text: 'B' },
      { type: 'text', choice: 0, part: 0, text: 'A' },
    ]).map((json) => (JSON.parse(json) as { choices: [{ index: number; delta: unknown }] }).choices[0]);
    expect(chunks.map(({ index, delta }) => [index, delta])).toEqual([
      [0, role],
      [1, role],
      [1, { content: 'B' }],
      [0, { content: 'A' }],
    ]);
  });

  it('names what it could not say', () => {
    const context = contextOf();
    const encoder = openAiChatClient.streamEncoder(context);
    const native = { type: 'native', dialect: 'gemini', kind: 'executableCode', value: {} } as const;
    encoder.write({ type: 'native', ...at, native });
    encoder.write({ type: 'citation', choice: 0, part: 1, citation: { citedText: 'Words' } });
    expect(context.losses.names).toEqual(['executableCode', 'citations']);
  });
});
