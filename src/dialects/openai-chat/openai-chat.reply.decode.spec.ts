import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { AssistantPart, JsonObject } from '../conversation.js';
import type { Finish, Reply } from '../reply.js';
import { openAiChatVendor } from './openai-chat.dialect.js';

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const toolCall = { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' };
const text = { type: 'text', text: 'Yes' };

function decoded(body: JsonObject): Reply {
  const unknown = new Set<string>();
  const reply = openAiChatVendor.decodeReply(body, unknown);
  expect([...unknown]).toEqual([]);
  return reply;
}

function partsOf(message: JsonObject, beside: JsonObject = {}): readonly AssistantPart[] {
  return (
    decoded({ id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }], ...beside }).choices[0]?.parts ?? []
  );
}

function finishOf(finishReason: string, message: JsonObject = {}, beside: JsonObject = {}): Finish | undefined {
  return decoded({ choices: [{ message, finish_reason: finishReason, ...beside }] }).choices[0]?.finish;
}

describe('an answer', () => {
  it('has its parts in order, whatever the order of the fields', () => {
    const message = { tool_calls: [call], refusal: 'But no.', content: 'Yes', reasoning_content: 'Hm' };
    expect(partsOf(message)).toEqual([
      { type: 'reasoning', text: 'Hm' },
      text,
      { type: 'refusal', text: 'But no.' },
      toolCall,
    ]);
  });

  it('may be one of several', () => {
    const choices = ['a', 'b'].map((content, index) => ({ index, message: { content }, finish_reason: 'stop' }));
    expect(decoded({ choices: choices.toReversed() }).choices.map(({ parts }) => parts)).toEqual([
      [{ type: 'text', text: 'a' }],
      [{ type: 'text', text: 'b' }],
    ]);
  });

  it('keeps a text that looks like thinking', () => {
    expect(partsOf({ content: '<think>Hm</think>Yes' })).toEqual([{ type: 'text', text: '<think>Hm</think>Yes' }]);
  });

  it('may have content in parts, as Mistral’s does', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }], closed: true };
    const reference = { type: 'reference', reference_ids: [1] };
    expect(partsOf({ content: [thinking, { type: 'text', text: 'Yes' }, reference] })).toEqual([
      { type: 'reasoning', text: 'Hm' },
      text,
      { type: 'native', dialect: 'openai-chat', kind: 'reference', value: reference },
    ]);
  });

  it.each<[message: JsonObject, beside: JsonObject, citations: readonly object[]]>([
    [
      {
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://a.b', title: 'A', start_index: 1, end_index: 3 } },
        ],
      },
      {},
      [{ url: 'https://a.b', title: 'A', start: 1, end: 3 }],
    ],
    [
      {
        annotations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://a.b', title: '', start_index: 0, end_index: 0, content: 'Words' },
          },
        ],
      },
      {},
      [{ url: 'https://a.b', citedText: 'Words' }],
    ],
    [{}, { citations: ['https://a.b', 'https://c.d'] }, [{ url: 'https://a.b' }, { url: 'https://c.d' }]],
    [
      {},
      {
        citations: ['https://a.b'],
        search_results: [{ title: 'A', url: 'https://a.b', date: '2026-01-01', snippet: 'Words' }],
      },
      [{ url: 'https://a.b', title: 'A', citedText: 'Words' }],
    ],
  ])('cites what %j beside %j names', (message, beside, citations) => {
    expect(partsOf({ content: 'Yes', ...message }, beside)).toMatchObject([{ ...text, citations }]);
  });

  it('may be sound, of which the transcript is the text', () => {
    const audio = { id: 'audio_1', data: 'SUQzAAAA', transcript: 'Yes', expires_at: 7 };
    expect(partsOf({ content: null, audio })).toEqual([
      text,
      { type: 'media', kind: 'audio', source: { type: 'data', base64: 'SUQzAAAA' }, mediaType: 'audio/mpeg' },
    ]);
  });

  it('may be an image, as OpenRouter sends it', () => {
    const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }];
    expect(partsOf({ content: '', images })).toEqual([
      { type: 'media', kind: 'image', source: { type: 'data', base64: 'AAAA' }, mediaType: 'image/png' },
    ]);
  });

  it('may have log probabilities', () => {
    const top = [{ token: 'No', logprob: -2, bytes: [78, 111] }];
    const content = [{ token: 'Yes', logprob: -0.1, bytes: null, top_logprobs: top }];
    const { choices } = decoded({ choices: [{ message: { content: 'Yes' }, logprobs: { content, refusal: null } }] });
    expect(choices[0]?.parts).toEqual([{ ...text, logprobs: [{ token: 'Yes', logprob: -0.1, top }] }]);
  });
});

describe('a tool call', () => {
  it.each<[what: string, message: JsonObject, part: object]>([
    [
      'of a custom tool',
      { tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } }] },
      { id: 'a', name: 'c', arguments: 'x', custom: true },
    ],
    [
      'with arguments that are an object',
      { tool_calls: [{ id: 'a', function: { name: 'f', arguments: { a: 1 } } }] },
      { id: 'a', name: 'f', arguments: '{"a":1}' },
    ],
    [
      'without arguments',
      { tool_calls: [{ id: 'a', function: { name: 'f' } }] },
      { id: 'a', name: 'f', arguments: '' },
    ],
    ['in the older form', { function_call: { name: 'f', arguments: '{}' } }, { name: 'f', arguments: '{}' }],
    [
      'signed at Google’s endpoint',
      { tool_calls: [{ ...call, extra_content: { google: { thought_signature: 'sig' } } }] },
      { ...toolCall, signature: { origin: 'google', value: 'sig' } },
    ],
    [
      'signed at OpenRouter',
      {
        tool_calls: [call],
        reasoning_details: [
          { type: 'reasoning.encrypted', data: 'sig', id: 'call_1', format: 'google-gemini-v1', index: 0 },
        ],
      },
      { ...toolCall, signature: { origin: 'google', value: 'sig' } },
    ],
  ])('may be one %s', (_, message, part) => {
    expect(partsOf({ content: null, ...message })).toMatchObject([{ type: 'tool-call', ...part }]);
  });

  it('without an id gets one that no other call has', () => {
    const anonymous = { type: 'function', function: { name: 'f', arguments: '{}' } };
    const idsOf = (id: string): string[] => {
      const { choices } = decoded({ id, choices: [{ message: { tool_calls: [anonymous, anonymous] } }] });
      return (choices[0]?.parts ?? []).flatMap((part) => (part.type === 'tool-call' ? part.id : []));
    };
    expect(new Set([...idsOf('x'), ...idsOf('y')]).size).toBe(4);
    expect(idsOf('x')).toEqual(idsOf('x'));
    expect(idsOf('x')[0]).toMatch(/^call_[0-9a-f]{24}$/);
  });
});

describe('reasoning', () => {
  it.each<[what: string, message: JsonObject, parts: readonly object[]]>([
    ['DeepSeek', { reasoning_content: 'Hm' }, [{ text: 'Hm' }]],
    ['Groq', { reasoning: 'Hm', channel: 'analysis' }, [{ text: 'Hm' }]],
    [
      'OpenRouter, which says it twice',
      { reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm', format: 'unknown', index: 0 }] },
      [{ text: 'Hm' }],
    ],
    [
      'OpenRouter for OpenAI',
      {
        reasoning: 'Hm',
        reasoning_details: [
          { type: 'reasoning.summary', summary: 'Hm', format: 'openai-responses-v1', index: 0 },
          { type: 'reasoning.encrypted', data: 'sealed', id: 'rs_1', format: 'openai-responses-v1', index: 1 },
        ],
      },
      [{ text: 'Hm', signature: { origin: 'openai', value: 'sealed', id: 'rs_1' } }],
    ],
    [
      'OpenRouter for Anthropic, two blocks',
      {
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm', signature: 'one', format: 'anthropic-claude-v1', index: 0 },
          { type: 'reasoning.text', text: 'Ah', signature: 'two', format: 'anthropic-claude-v1', index: 1 },
        ],
      },
      [
        { text: 'Hm', signature: { origin: 'anthropic', value: 'one' } },
        { text: 'Ah', signature: { origin: 'anthropic', value: 'two' } },
      ],
    ],
  ])('is read as %s writes it', (_, message, parts) => {
    expect(partsOf({ content: 'Yes', ...message })).toEqual([
      ...parts.map((part) => ({ type: 'reasoning', ...part })),
      text,
    ]);
  });
});

describe('a finish reason', () => {
  it.each([
    ['stop', 'stop'],
    ['eos', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['model_length', 'context-window'],
    ['MAX_TOKENS', 'length'],
    ['insufficient_system_resource', 'other'],
    ['toString', 'other'],
  ])('%s is %s', (native, reason) => {
    expect(finishOf(native)).toEqual({ reason, native });
  });

  it('of an answer with tool calls is their being called', () => {
    expect(finishOf('stop', { tool_calls: [call] })?.reason).toBe('tool-calls');
    expect(finishOf('length', { tool_calls: [call] })?.reason).toBe('length');
  });

  it('of a refusal is that', () => {
    expect(finishOf('stop', { refusal: 'No.' })).toEqual({ reason: 'refusal', native: 'stop' });
  });

  it('tells the stop sequence where the server does', () => {
    const expected = { reason: 'stop-sequence', stopSequence: 'END', native: 'stop' };
    expect(finishOf('stop', {}, { stop_reason: 'END' })).toEqual(expected);
    expect(finishOf('stop', {}, { matched_stop: 'END' })).toEqual(expected);
    expect(finishOf('stop', {}, { stop_reason: 128_009 })?.reason).toBe('stop');
  });

  it('that is not there leaves the answer without an end', () => {
    expect(
      decoded({ choices: [{ message: { content: 'Y' }, finish_reason: null }] }).choices[0]?.finish,
    ).toBeUndefined();
  });
});

describe('what is no answer', () => {
  it.each([[null], ['x'], [[]], [{}], [{ choices: null }], [{ choices: {} }], [{ object: 'list', data: [] }]])(
    '%j is refused',
    (body) => {
      const decode = (): unknown => openAiChatVendor.decodeReply(body);
      expect(decode).toThrow(UpstreamError);
      expect(decode).toThrow(expect.objectContaining({ failure: { reason: 'invalid_reply' } }));
    },
  );

  it.each<[body: JsonObject, status: number, message: string]>([
    [{ error: { message: 'Busy', code: 503 } }, 503, 'Busy'],
    [{ error: { message: 'Odd' } }, 502, 'Odd'],
    [
      { choices: [{ message: { content: 'Y' }, finish_reason: 'error', error: { message: 'Cut', code: 500 } }] },
      500,
      'Cut',
    ],
  ])('%j is the failure that it tells', (body, status, message) => {
    const failure = { reason: 'status', status, reported: { message } };
    expect(() => openAiChatVendor.decodeReply(body)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ ...failure, reported: expect.objectContaining({ message }) }),
      }),
    );
  });
});

describe('fields that nobody has a meaning for', () => {
  it('are told by their paths', () => {
    const unknown = new Set<string>();
    const body = {
      future: 1,
      choices: [{ message: { content: 'Y', mood: 'good', tool_calls: [{ ...call, hue: 1 }] }, weight: 2 }],
      usage: { prompt_tokens: 1, completion_tokens: 1, dream_tokens: 1, prompt_tokens_details: { sung_tokens: 1 } },
    };
    openAiChatVendor.decodeReply(body, unknown);
    expect([...unknown].toSorted()).toEqual([
      '.future',
      'choices[].message.mood',
      'choices[].weight',
      'tool_calls[].hue',
      'usage.dream_tokens',
      'usage.prompt_tokens_details.sung_tokens',
    ]);
  });
});
