import { describe, expect, it } from 'vitest';
import type { AssistantPart, Conversation, JsonObject, Message } from '../conversation.js';
import { openAiChatClient } from './openai-chat.dialect.js';

function decoded(body: JsonObject): Conversation {
  return openAiChatClient.decodeRequest({ messages: [], ...body }, { model: 'smart', stream: false });
}

function message(value: JsonObject): Message | undefined {
  return decoded({ messages: [value] }).messages[0];
}

/** The parts that a user's one content part becomes. */
function userPart(part: JsonObject): unknown {
  const read = message({ role: 'user', content: [part] });
  return read?.role === 'user' ? read.parts[0] : undefined;
}

function assistantParts(value: JsonObject): readonly AssistantPart[] {
  const read = message({ role: 'assistant', ...value });
  return read?.role === 'assistant' ? read.parts : [];
}

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };

describe('messages', () => {
  it.each<[what: string, value: JsonObject, read: object]>([
    ['a text', { role: 'system', content: 'Hi' }, { role: 'system', parts: [{ type: 'text', text: 'Hi' }] }],
    [
      'parts, strings among them',
      { role: 'developer', content: ['a', { type: 'text', text: 'b' }] },
      {
        role: 'developer',
        parts: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ],
    [
      'a name',
      { role: 'user', name: 'ann', content: 'Hi' },
      { role: 'user', name: 'ann', parts: [{ type: 'text', text: 'Hi' }] },
    ],
    ['no content', { role: 'user', content: null }, { role: 'user', parts: [] }],
  ])('may have %s', (_, value, read) => {
    expect(message(value)).toEqual(read);
  });

  it('of one round of tool calls become one, which knows the tools’ names', () => {
    const calls = [call, { id: 'call_2', type: 'custom', custom: { name: 'g', input: 'x' } }];
    const { messages } = decoded({
      messages: [
        { role: 'assistant', content: null, tool_calls: calls },
        { role: 'tool', tool_call_id: 'call_1', content: 'one' },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'two' }] },
        { role: 'user', content: 'Go on' },
      ],
    });
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'user']);
    expect(messages[0]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' },
        { type: 'tool-call', id: 'call_2', name: 'g', arguments: 'x', custom: true },
      ],
    });
    expect(messages[1]).toEqual({
      role: 'tool',
      results: [
        { type: 'tool-result', callId: 'call_1', name: 'f', parts: [{ type: 'text', text: 'one' }] },
        { type: 'tool-result', callId: 'call_2', name: 'g', custom: true, parts: [{ type: 'text', text: 'two' }] },
      ],
    });
  });

  it('in the form before tools had ids match calls and results', () => {
    const turn = [
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'done' },
    ];
    const { messages } = decoded({ messages: [...turn, ...turn] });
    const ids = messages.flatMap((message) => {
      if (message.role === 'tool') return message.results.map(({ callId }) => callId);
      if (message.role !== 'assistant') return [];
      return message.parts.flatMap((part) => (part.type === 'tool-call' ? part.id : []));
    });
    expect(ids).toHaveLength(4);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).toBe(ids[3]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it('may end with the beginning of the answer', () => {
    const { messages, unmodelled } = decoded({
      messages: [
        { role: 'user', content: 'Name a colour' },
        { role: 'assistant', content: 'The colour is', prefix: true },
      ],
    });
    expect(messages.at(-1)).toEqual({ role: 'assistant', parts: [{ type: 'text', text: 'The colour is' }] });
    expect(unmodelled).toEqual([]);
  });

  it('that say more than the canonical form name it', () => {
    const { unmodelled } = decoded({
      messages: [
        { role: 'system', name: 'rules', content: 'Hi' },
        { role: 'user', content: [{ type: 'text', text: 'Hi', weight: 2 }], mood: 'good' },
      ],
    });
    expect(unmodelled).toEqual(['message_name', 'messages.weight', 'messages.mood']);
  });
});

describe('content parts', () => {
  it.each<[part: JsonObject, read: object]>([
    [
      { type: 'image_url', image_url: { url: 'https://a.b/c.png', detail: 'low' } },
      { kind: 'image', source: { type: 'url', url: 'https://a.b/c.png' }, detail: 'low' },
    ],
    [
      { type: 'image_url', image_url: 'data:image/webp;base64,AAAA' },
      { kind: 'image', source: { type: 'data', base64: 'AAAA' }, mediaType: 'image/webp' },
    ],
    [
      { type: 'image_url', image_url: { url: 'data:;base64,iVBORw0KGgoAAAA', detail: 'auto' } },
      { kind: 'image', source: { type: 'data', base64: 'iVBORw0KGgoAAAA' }, mediaType: 'image/png' },
    ],
    [
      { type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg/%3E' } },
      { kind: 'image', source: { type: 'data', base64: 'PHN2Zy8+' }, mediaType: 'image/svg+xml' },
    ],
    [
      { type: 'video_url', video_url: { url: 'https://a.b/c.mp4' } },
      { kind: 'video', source: { type: 'url', url: 'https://a.b/c.mp4' } },
    ],
    [
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { kind: 'audio', source: { type: 'data', base64: 'AAAA' }, mediaType: 'audio/mpeg' },
    ],
    [
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } },
      { kind: 'document', source: { type: 'data', base64: 'AAAA' }, mediaType: 'application/pdf', name: 'a.pdf' },
    ],
    [
      { type: 'file', file: { file_data: 'JVBERi0xLjQ=' } },
      { kind: 'document', source: { type: 'data', base64: 'JVBERi0xLjQ=' }, mediaType: 'application/pdf' },
    ],
    [
      { type: 'file', file: { file_data: 'https://a.b/c.pdf', filename: 'c.pdf' } },
      { kind: 'document', source: { type: 'url', url: 'https://a.b/c.pdf' }, name: 'c.pdf' },
    ],
    [
      { type: 'file', file: { file_data: 'data:text/plain;base64,SGk=' } },
      { kind: 'document', source: { type: 'text', text: 'Hi' }, mediaType: 'text/plain' },
    ],
    [
      { type: 'file', file: { file_id: 'file-1' } },
      { kind: 'document', source: { type: 'file', id: 'file-1' } },
    ],
    [
      { type: 'document_url', document_url: 'https://a.b/c.pdf', document_name: 'c' },
      { kind: 'document', source: { type: 'url', url: 'https://a.b/c.pdf' }, name: 'c' },
    ],
  ])('%j is media', (part, read) => {
    expect(userPart(part)).toEqual({ type: 'media', ...read });
  });

  it.each<[marker: JsonObject, cache: object]>([
    [{ cache_control: { type: 'ephemeral' } }, {}],
    [{ cache_control: { type: 'ephemeral', ttl: '1h' } }, { ttl: '1h' }],
    [{ prompt_cache_breakpoint: { mode: 'explicit' } }, {}],
    [{ prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }, { ttl: '12h' }],
  ])('with %j ask for the prompt to be cached', (marker, cache) => {
    expect(userPart({ type: 'text', text: 'Hi', ...marker })).toEqual({ type: 'text', text: 'Hi', cache });
  });

  it('that nobody else knows are kept for a vendor of the dialect', () => {
    const value = { type: 'hologram', hologram: { id: 7 } };
    expect(userPart(value)).toEqual({ type: 'native', dialect: 'openai-chat', kind: 'hologram', value });
  });
});

describe('an assistant’s message', () => {
  const text = { type: 'text', text: 'Yes' };

  it.each<[what: string, value: JsonObject, parts: readonly object[]]>([
    ['DeepSeek', { reasoning_content: 'Hm', content: 'Yes' }, [{ type: 'reasoning', text: 'Hm' }, text]],
    ['Groq', { reasoning: 'Hm', content: 'Yes' }, [{ type: 'reasoning', text: 'Hm' }, text]],
    [
      'Mistral',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
          { type: 'text', text: 'Yes' },
        ],
      },
      [{ type: 'reasoning', text: 'Hm' }, text],
    ],
    [
      'Anthropic’s models at OpenRouter',
      {
        content: 'Yes',
        reasoning: 'Hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
          { type: 'reasoning.encrypted', data: 'sealed', format: 'anthropic-claude-v1', index: 1 },
        ],
      },
      [
        { type: 'reasoning', text: 'Hm', signature: { origin: 'anthropic', value: 'sig' } },
        { type: 'reasoning', text: '', signature: { origin: 'anthropic', value: 'sealed', redacted: true } },
        text,
      ],
    ],
    [
      'OpenAI’s models at OpenRouter',
      {
        content: 'Yes',
        reasoning_details: [
          { type: 'reasoning.summary', summary: 'Hm', format: 'openai-responses-v1', index: 0 },
          { type: 'reasoning.encrypted', data: 'sealed', id: 'rs_1', format: 'openai-responses-v1', index: 0 },
        ],
      },
      [{ type: 'reasoning', text: 'Hm', signature: { origin: 'openai', value: 'sealed', id: 'rs_1' } }, text],
    ],
    [
      'others at OpenRouter, with the text beside it',
      {
        content: 'Yes',
        reasoning_content: 'Hm',
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'sealed', format: 'unknown' }],
      },
      [{ type: 'reasoning', text: 'Hm', signature: { origin: 'opaque', value: 'sealed' } }, text],
    ],
    [
      'LiteLLM',
      {
        content: 'Yes',
        reasoning_content: 'Hm',
        thinking_blocks: [
          { type: 'thinking', thinking: 'Hm', signature: 'sig' },
          { type: 'redacted_thinking', data: 'sealed' },
        ],
      },
      [
        { type: 'reasoning', text: 'Hm', signature: { origin: 'anthropic', value: 'sig' } },
        { type: 'reasoning', text: '', signature: { origin: 'anthropic', value: 'sealed', redacted: true } },
        text,
      ],
    ],
  ])('has reasoning as %s writes it', (_, value, parts) => {
    expect(assistantParts(value)).toEqual(parts);
  });

  it.each<[what: string, value: JsonObject]>([
    ['Google’s endpoint', { tool_calls: [{ ...call, extra_content: { google: { thought_signature: 'sig' } } }] }],
    [
      'OpenRouter',
      {
        tool_calls: [call],
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'sig', id: 'call_1', format: 'google-gemini-v1' }],
      },
    ],
  ])('has the signatures of Gemini’s tool calls as %s writes them', (_, value) => {
    expect(assistantParts(value)).toEqual([
      { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{}', signature: { origin: 'google', value: 'sig' } },
    ]);
  });

  it('may come back as it was answered', () => {
    const value = {
      content: 'Yes',
      refusal: null,
      annotations: [
        { type: 'url_citation', url_citation: { url: 'https://a.b', title: 'A', start_index: 0, end_index: 3 } },
      ],
      audio: null,
      function_call: null,
      parsed: null,
    };
    expect(assistantParts(value)).toMatchObject([
      { type: 'text', text: 'Yes', citations: [{ url: 'https://a.b', title: 'A', start: 0, end: 3 }] },
    ]);
    expect(decoded({ messages: [{ role: 'assistant', ...value }] }).unmodelled).toEqual([]);
  });

  it('may hold a refusal, a sound by its id, and arguments that are an object', () => {
    const calls = [{ id: 'call_1', function: { name: 'f', arguments: { a: 1 } } }];
    expect(assistantParts({ content: null, refusal: 'No.', audio: { id: 'audio_1' }, tool_calls: calls })).toEqual([
      { type: 'refusal', text: 'No.' },
      { type: 'media', kind: 'audio', source: { type: 'file', id: 'audio_1' } },
      { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{"a":1}' },
    ]);
  });
});
