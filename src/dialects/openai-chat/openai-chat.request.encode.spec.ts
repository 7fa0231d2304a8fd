import { describe, expect, it } from 'vitest';
import type { Conversation, JsonObject, Message } from '../conversation.js';
import { Losses } from '../losses.js';
import { openAiChatVendor } from './openai-chat.dialect.js';
import type { ChatExtension } from './openai-chat.extensions.js';

interface Encoded {
  readonly body: JsonObject;
  readonly messages: readonly JsonObject[];
  readonly lost: readonly string[];
}

function encoded(conversation: Partial<Conversation>, ...extensions: ChatExtension[]): Encoded {
  const losses = new Losses();
  const whole: Conversation = { model: 'smart', stream: false, messages: [], unmodelled: [], ...conversation };
  const body = openAiChatVendor.encodeRequest(whole, { model: 'gpt-4o', losses, extensions });
  return { body, messages: body['messages'] as readonly JsonObject[], lost: losses.names };
}

const text = (text: string) => ({ type: 'text', text }) as const;
const toolCall = { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' } as const;
const image = {
  type: 'media',
  kind: 'image',
  source: { type: 'data', base64: 'AAAA' },
  mediaType: 'image/png',
} as const;
const wireCall = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const wireImage = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };

describe('messages', () => {
  it.each<[what: string, message: Message, written: readonly object[]]>([
    ['one text as a string', { role: 'system', parts: [text('Hi')] }, [{ role: 'system', content: 'Hi' }]],
    [
      'several as parts',
      { role: 'user', parts: [text('a'), text('b')] },
      [{ role: 'user', content: [text('a'), text('b')] }],
    ],
    [
      'a developer’s words as the system’s, which every vendor takes',
      { role: 'developer', parts: [text('a')] },
      [{ role: 'system', content: 'a' }],
    ],
    [
      'an answer’s texts as one',
      { role: 'assistant', parts: [text('a'), text('b')] },
      [{ role: 'assistant', content: 'ab' }],
    ],
    ['nothing as an empty text', { role: 'user', parts: [] }, [{ role: 'user', content: '' }]],
    [
      'a call without arguments as JSON',
      { role: 'assistant', parts: [{ ...toolCall, arguments: '' }] },
      [{ role: 'assistant', content: null, tool_calls: [wireCall] }],
    ],
    [
      'a text as document among the words',
      {
        role: 'user',
        parts: [{ type: 'media', kind: 'document', source: { type: 'text', text: 'Once' }, name: 'Tale' }],
      },
      [{ role: 'user', content: 'Tale\n\nOnce' }],
    ],
    [
      'a file without a name under one',
      {
        role: 'user',
        parts: [
          { type: 'media', kind: 'document', source: { type: 'data', base64: 'AAAA' }, mediaType: 'application/pdf' },
        ],
      },
      [
        {
          role: 'user',
          content: [
            { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
          ],
        },
      ],
    ],
    [
      'an id that is too long as a shorter one, in call and result alike',
      { role: 'tool', results: [{ type: 'tool-result', callId: 'x'.repeat(41), parts: [text('ok')] }] },
      [{ role: 'tool', tool_call_id: expect.stringMatching(/^[0-9a-f]{32}$/), content: 'ok' }],
    ],
  ])('write %s', (_, message, written) => {
    const { messages, lost } = encoded({ messages: [message] });
    expect(messages).toEqual(written);
    expect(lost).toEqual([]);
  });

  it('put what a tool’s message cannot hold behind the results of all calls', () => {
    const { messages, lost } = encoded({
      messages: [
        {
          role: 'tool',
          results: [
            { type: 'tool-result', callId: 'a', parts: [text('See'), image] },
            { type: 'tool-result', callId: 'b', parts: [image], isError: true },
            { type: 'tool-result', callId: 'c', parts: [] },
          ],
        },
        { role: 'user', parts: [text('Well?')] },
      ],
    });
    expect(messages).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'See' },
      { role: 'tool', tool_call_id: 'b', content: 'The result is in the next message.' },
      { role: 'tool', tool_call_id: 'c', content: '' },
      { role: 'user', content: [wireImage, wireImage] },
      { role: 'user', content: 'Well?' },
    ]);
    expect(lost).toEqual(['tool_error']);
  });

  it.each<[lost: string, message: Message]>([
    ['video', { role: 'user', parts: [{ type: 'media', kind: 'video', source: { type: 'url', url: 'https://a.b' } }] }],
    [
      'audio',
      {
        role: 'user',
        parts: [{ type: 'media', kind: 'audio', source: { type: 'data', base64: 'AAAA' }, mediaType: 'audio/flac' }],
      },
    ],
    [
      'document',
      { role: 'user', parts: [{ type: 'media', kind: 'document', source: { type: 'url', url: 'https://a.b' } }] },
    ],
    ['file_id', { role: 'user', parts: [{ type: 'media', kind: 'image', source: { type: 'file', id: 'file-1' } }] }],
    [
      'search_result',
      { role: 'user', parts: [{ type: 'native', dialect: 'anthropic-messages', kind: 'search_result', value: {} }] },
    ],
    ['image', { role: 'assistant', parts: [image] }],
    ['reasoning', { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm' }] }],
  ])('that hold nothing but %s are left out, which is told', (name, message) => {
    const { messages, lost } = encoded({ messages: [message, { role: 'user', parts: [text('Hi')] }] });
    expect(messages).toEqual([{ role: 'user', content: 'Hi' }]);
    expect(lost).toEqual([name]);
  });

  it('lose cache markers and citations, and tell', () => {
    const { messages, lost } = encoded({
      messages: [
        { role: 'user', parts: [{ ...text('Hi'), cache: {} }] },
        { role: 'assistant', parts: [{ ...text('Yes'), citations: [{ url: 'https://a.b' }] }] },
      ],
    });
    expect(messages.map(({ content }) => content)).toEqual(['Hi', 'Yes']);
    expect(lost).toEqual(['cache_control', 'citations']);
  });

  it('mark what is to be cached where the vendor takes it', () => {
    const messages: readonly Message[] = [{ role: 'user', parts: [{ ...text('Hi'), cache: { ttl: '1h' } }] }];
    expect(encoded({ messages }, 'cache_control').messages).toEqual([
      { role: 'user', content: [{ ...text('Hi'), cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    ]);
    expect(encoded({ messages }, 'prompt_cache_breakpoint').messages).toEqual([
      { role: 'user', content: [{ ...text('Hi'), prompt_cache_breakpoint: { mode: 'explicit', ttl: '1h' } }] },
    ]);
  });

  it('send films and addresses of files where the vendor takes them', () => {
    const source = { type: 'url', url: 'https://a.b' } as const;
    const parts = [
      { type: 'media', kind: 'video', source },
      { type: 'media', kind: 'document', source, name: 'a.pdf' },
    ] as const;
    expect(encoded({ messages: [{ role: 'user', parts }] }, 'video_url', 'file_url').messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'video_url', video_url: { url: 'https://a.b' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'https://a.b' } },
        ],
      },
    ]);
  });
});

describe('reasoning', () => {
  const thought = { type: 'reasoning', text: 'Hm' } as const;
  const signed = { ...thought, signature: { origin: 'anthropic', value: 'sig' } } as const;
  const opaque = { ...thought, signature: { origin: 'opaque', value: 'sig' } } as const;

  it.each([
    ['without signature', thought],
    ['signed by a vendor of the dialect', opaque],
  ])('%s goes back before a tool call', (_, part) => {
    const { messages, lost } = encoded({ messages: [{ role: 'assistant', parts: [part, toolCall] }] });
    expect(messages).toEqual([{ role: 'assistant', content: null, reasoning_content: 'Hm', tool_calls: [wireCall] }]);
    expect(lost).toEqual([]);
  });

  it.each([
    ['before a plain answer', [thought, text('Yes')]],
    ['that other models have signed', [signed, text('Yes'), toolCall]],
  ])('%s does not', (_, parts) => {
    const { messages, lost } = encoded({ messages: [{ role: 'assistant', parts }] });
    expect(messages[0]).not.toHaveProperty('reasoning_content');
    expect(messages[0]).toHaveProperty('content', 'Yes');
    expect(lost).toEqual(['reasoning']);
  });

  it('goes with its signatures where the vendor takes them', () => {
    const call = { ...toolCall, signature: { origin: 'google', value: 'call-sig' } } as const;
    const { messages, lost } = encoded(
      { messages: [{ role: 'assistant', parts: [signed, call] }] },
      'reasoning_details',
    );
    expect(messages).toEqual([
      {
        role: 'assistant',
        content: null,
        reasoning: 'Hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
          { type: 'reasoning.encrypted', data: 'call-sig', id: 'call_1', format: 'google-gemini-v1', index: 1 },
        ],
        tool_calls: [wireCall],
      },
    ]);
    expect(lost).toEqual([]);
  });

  it('signs calls as Gemini’s own endpoint does', () => {
    const call = { ...toolCall, signature: { origin: 'google', value: 'sig' } } as const;
    const asked = { messages: [{ role: 'assistant', parts: [call] }] } as const;
    expect(encoded(asked, 'extra_content').messages[0]?.['tool_calls']).toEqual([
      { ...wireCall, extra_content: { google: { thought_signature: 'sig' } } },
    ]);
    expect(encoded(asked).lost).toEqual(['reasoning_signature']);
  });

  it.each([
    [{ effort: 'max' }, 'xhigh'],
    [{ effort: 'none' }, 'none'],
    [{ budgetTokens: 0 }, 'none'],
    [{ budgetTokens: 4_000 }, 'low'],
    [{ budgetTokens: 1_000_000 }, 'xhigh'],
    [{ adaptive: true }, undefined],
    [{ visible: true }, undefined],
  ] as const)('asked for as %j is an effort of %s', (reasoning, effort) => {
    expect(encoded({ reasoning }).body['reasoning_effort']).toBe(effort);
  });
});

describe('tools', () => {
  const lookup = { type: 'function', name: 'f', parameters: { type: 'object' } } as const;
  const write = { type: 'custom', name: 'c', format: { type: 'grammar', definition: 'x', syntax: 'lark' } } as const;
  const own = { type: 'native', dialect: 'openai-chat', kind: 'x', value: { type: 'x' } } as const;
  const foreign = { type: 'native', dialect: 'gemini', kind: 'google_search', value: {} } as const;

  it('are written as this dialect has them, others named as lost', () => {
    const { body, lost } = encoded({ tools: [lookup, write, own, foreign], parallelToolCalls: false });
    expect(body).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'f', parameters: { type: 'object' } } },
        {
          type: 'custom',
          custom: { name: 'c', format: { type: 'grammar', grammar: { definition: 'x', syntax: 'lark' } } },
        },
        { type: 'x' },
      ],
      parallel_tool_calls: false,
    });
    expect(lost).toEqual(['tools.google_search']);
  });

  it.each([
    [{ type: 'required' }, 'required'],
    [
      { type: 'tool', name: 'f' },
      { type: 'function', function: { name: 'f' } },
    ],
    [
      { type: 'tool', name: 'c' },
      { type: 'custom', custom: { name: 'c' } },
    ],
    [
      { type: 'allowed', names: ['f'], required: false },
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    ],
  ] as const)('are chosen by %j', (toolChoice, written) => {
    expect(encoded({ tools: [lookup, write], toolChoice }).body['tool_choice']).toEqual(written);
  });

  it('that are none leave nothing to choose from', () => {
    const { body, lost } = encoded({ tools: [foreign], toolChoice: { type: 'required' }, parallelToolCalls: true });
    expect(body).toEqual({ model: 'gpt-4o', messages: [] });
    expect(lost).toEqual(['tools.google_search', 'tool_choice']);
  });
});

describe('settings', () => {
  it.each<[conversation: Partial<Conversation>, fields: JsonObject]>([
    [{ stream: true }, { stream: true, stream_options: { include_usage: true } }],
    [{ maxOutputTokens: 5 }, { max_completion_tokens: 5 }],
    [{ logprobs: {} }, { logprobs: true }],
    [{ logprobs: { top: 2 } }, { logprobs: true, top_logprobs: 2 }],
    [{ responseFormat: { type: 'json' } }, { response_format: { type: 'json_object' } }],
    [
      { responseFormat: { type: 'json-schema', schema: {} } },
      { response_format: { type: 'json_schema', json_schema: { name: 'response', schema: {} } } },
    ],
    [{ modalities: ['text'] }, {}],
  ])('%j', (conversation, fields) => {
    const { body, lost } = encoded(conversation);
    expect(body).toEqual({ model: 'gpt-4o', messages: [], ...fields });
    expect(lost).toEqual([]);
  });

  it.each<[lost: string, conversation: Partial<Conversation>]>([
    ['top_k', { topK: 4 }],
    ['metadata', { metadata: { a: 'b' } }],
    ['modalities', { modalities: ['text', 'image'] }],
    ['service_tier', { serviceTier: 'standard_only' }],
    ['verbosity', { verbosity: 'chatty' }],
    ['include_reasoning', { reasoning: { visible: false } }],
    ['prediction', { unmodelled: ['prediction'] }],
  ])('that OpenAI refuses are left out, which is told: %s', (name, conversation) => {
    expect(encoded(conversation)).toEqual({
      body: { model: 'gpt-4o', messages: [] },
      messages: [],
      lost: [name],
    });
  });

  it('keep the first four stops', () => {
    const { body, lost } = encoded({ stop: ['a', 'b', 'c', 'd', 'e'] });
    expect(body['stop']).toEqual(['a', 'b', 'c', 'd']);
    expect(lost).toEqual(['stop']);
  });

  it('that a vendor takes beyond OpenAI’s are sent to it', () => {
    const asked = { topK: 4, metadata: { a: 'b' }, modalities: ['image', 'text'] };
    const { body, lost } = encoded(asked, 'top_k', 'metadata', 'modalities');
    expect(body).toMatchObject({ top_k: 4, metadata: { a: 'b' }, modalities: ['image', 'text'] });
    expect(lost).toEqual([]);
  });
});
