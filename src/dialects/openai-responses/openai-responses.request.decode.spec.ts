import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Conversation, JsonObject, Message } from '../conversation.js';
import { wrapSignature } from '../signature-envelope.js';
import { decodeRequest } from './openai-responses.request.decode.js';

function decoded(body: JsonObject, stream = false): Conversation {
  return decodeRequest(body, { model: 'm', stream });
}

function messagesOf(...input: readonly object[]): readonly Message[] {
  return decoded({ input }).messages;
}

function refusal(body: JsonObject, stream = false): GatewayError | undefined {
  try {
    decoded(body, stream);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'c1', output: 'ok' };

describe('the input of a response', () => {
  it('may be one text', () => {
    expect(decoded({ input: 'Hi' }).messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }]);
  });

  it('begins with the instructions', () => {
    expect(decoded({ instructions: 'Be brief.', input: 'Hi' }).messages[0]).toEqual({
      role: 'system',
      parts: [{ type: 'text', text: 'Be brief.' }],
    });
  });

  it.each([['user'], ['system'], ['developer'], ['assistant']])(
    'has messages of a %s, with a type or without',
    (role) => {
      const parts = [{ type: 'text', text: 'Hi' }];
      expect(messagesOf({ role, content: 'Hi' })).toEqual([{ role, parts }]);
      expect(messagesOf({ type: 'message', role, content: [{ type: 'input_text', text: 'Hi' }] })).toEqual([
        { role, parts },
      ]);
    },
  );

  it.each<[what: string, part: object, media: object]>([
    [
      'a linked image',
      { type: 'input_image', image_url: 'https://a.test/b.png', detail: 'low' },
      { kind: 'image', source: { type: 'url', url: 'https://a.test/b.png' }, detail: 'low' },
    ],
    [
      'an image in the request',
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
      { kind: 'image', source: { type: 'data', base64: 'AAAA' }, mediaType: 'image/png', detail: undefined },
    ],
    [
      'a stored image',
      { type: 'input_image', file_id: 'file-1' },
      { kind: 'image', source: { type: 'file', id: 'file-1' } },
    ],
    [
      'a document',
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
      { kind: 'document', source: { type: 'data', base64: 'AAAA' }, mediaType: 'application/pdf', name: 'a.pdf' },
    ],
    [
      'a document as bare base64',
      { type: 'input_file', filename: 'a.pdf', file_data: 'AAAA' },
      { kind: 'document', source: { type: 'data', base64: 'AAAA' }, mediaType: 'application/pdf' },
    ],
    [
      'a text document',
      { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,aMOp' },
      { kind: 'document', source: { type: 'text', text: 'hé' }, mediaType: 'text/plain', name: 'a.txt' },
    ],
    [
      'a linked document',
      { type: 'input_file', file_url: 'https://a.test/b.pdf' },
      { kind: 'document', source: { type: 'url', url: 'https://a.test/b.pdf' } },
    ],
    [
      'a stored document',
      { type: 'input_file', file_id: 'f' },
      { kind: 'document', source: { type: 'file', id: 'f' } },
    ],
    [
      'sound',
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { kind: 'audio', source: { type: 'data', base64: 'AAAA' }, mediaType: 'audio/mp3' },
    ],
  ])('holds %s', (_, part, media) => {
    const [message] = messagesOf({ role: 'user', content: [part] });
    expect(message).toMatchObject({ role: 'user', parts: [{ type: 'media', ...media }] });
  });

  it('reads a breakpoint of the prompt cache', () => {
    const content = [{ type: 'input_text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit', ttl: '30m' } }];
    expect(messagesOf({ role: 'user', content })).toMatchObject([{ parts: [{ cache: { ttl: '30m' } }] }]);
  });

  it('makes one assistant message of what the model wrote in one go, and one of the results', () => {
    const messages = messagesOf(
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'E' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Wait.' }] },
      call,
      { ...call, call_id: 'c2', name: 'g' },
      output,
      { ...output, call_id: 'c2' },
    );
    expect(messages).toMatchObject([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', signature: { origin: 'openai', value: 'E', id: 'rs_1' } },
          { type: 'text', text: 'Wait.' },
          { type: 'tool-call', id: 'c1', name: 'f', arguments: '{}' },
          { type: 'tool-call', id: 'c2', name: 'g' },
        ],
      },
      {
        role: 'tool',
        results: [
          { callId: 'c1', name: 'f', parts: [{ type: 'text', text: 'ok' }] },
          { callId: 'c2', name: 'g' },
        ],
      },
    ]);
  });

  it('puts a result right after its call, wherever it came', () => {
    const shell = { type: 'local_shell_call', call_id: 'c2' };
    const messages = messagesOf(
      call,
      shell,
      { type: 'local_shell_call_output' },
      { role: 'user', content: 'Go' },
      output,
    );
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'user', 'user']);
  });

  it('keeps a result whose call is not there', () => {
    expect(messagesOf({ role: 'user', content: 'Hi' }, output, { ...output, call_id: 'c2' })).toMatchObject([
      { role: 'user' },
      { role: 'tool', results: [{ callId: 'c1' }, { callId: 'c2' }] },
    ]);
  });

  it('reads results in parts, and those of custom tools', () => {
    const image = { type: 'input_image', image_url: 'https://a.test/b.png' };
    const messages = messagesOf(
      { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** Begin' },
      { type: 'custom_tool_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'done' }, image] },
    );
    expect(messages).toMatchObject([
      { parts: [{ type: 'tool-call', custom: true, arguments: '*** Begin' }] },
      {
        results: [
          {
            custom: true,
            parts: [
              { type: 'text', text: 'done' },
              { type: 'media', kind: 'image' },
            ],
          },
        ],
      },
    ]);
  });

  it('drops an assistant’s empty text, which no vendor takes', () => {
    expect(messagesOf({ role: 'assistant', content: '' }, call)).toMatchObject([{ parts: [{ type: 'tool-call' }] }]);
  });

  it('keeps the items of hosted tools as they are, by who made them', () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const shot = { type: 'computer_call_output', call_id: 'c', output: {} };
    expect(messagesOf(search, shot)).toEqual([
      { role: 'assistant', parts: [{ type: 'native', dialect: 'openai-responses', kind: search.type, value: search }] },
      { role: 'user', parts: [{ type: 'native', dialect: 'openai-responses', kind: shot.type, value: shot }] },
    ]);
  });

  it('reads the image that a model made', () => {
    const item = {
      type: 'image_generation_call',
      id: 'ig',
      status: 'completed',
      result: 'AAAA',
      output_format: 'webp',
    };
    expect(messagesOf(item)).toMatchObject([{ parts: [{ type: 'media', kind: 'image', mediaType: 'image/webp' }] }]);
  });

  it('gives a foreign signature back to the reasoning it came with', () => {
    const signature = { origin: 'anthropic', value: 'S', redacted: true } as const;
    const item = { type: 'reasoning', id: 'rs_gw_1', summary: [], encrypted_content: wrapSignature(signature) };
    expect(messagesOf(item)).toEqual([{ role: 'assistant', parts: [{ type: 'reasoning', text: '', signature }] }]);
  });

  it('has reasoning without a signature where the item hides nothing', () => {
    const content = [{ type: 'reasoning_text', text: 'Hm' }];
    expect(messagesOf({ type: 'reasoning', id: 'rs_1', summary: [], content })).toEqual([
      { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm' }] },
    ]);
  });
});

describe('the settings of a response', () => {
  it('are all read', () => {
    const body = {
      parallel_tool_calls: false,
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_logprobs: 2,
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
      metadata: { a: 'b' },
      safety_identifier: 'u',
      prompt_cache_key: 'k',
      service_tier: 'flex',
      store: false,
      stream_options: { include_obfuscation: false },
      truncation: 'disabled',
      background: false,
      previous_response_id: null,
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      reasoning: { effort: 'high', summary: 'auto', context: 'auto' },
    };
    expect(decoded(body)).toMatchObject({
      parallelToolCalls: false,
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      logprobs: { top: 2 },
      metadata: { a: 'b' },
      user: 'u',
      promptCacheKey: 'k',
      serviceTier: 'flex',
      responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
      verbosity: 'low',
      reasoning: { effort: 'high', visible: true },
      unmodelled: [],
    });
  });

  it('are named where they have no counterpart', () => {
    const { unmodelled } = decoded({
      input: [{ role: 'assistant', content: 'Hi', phase: 'commentary' }],
      client_metadata: { a: 'b' },
      max_tool_calls: 3,
      truncation: 'auto',
      include: ['web_search_call.action.sources'],
      reasoning: { mode: 'pro', context: 'all_turns', effort: 'endless' },
      user: 'a',
      safety_identifier: 'b',
      tools: [{ type: 'function', name: 'f', output_schema: { type: 'object' } }],
    });
    expect(new Set(unmodelled)).toEqual(
      new Set([
        'phase',
        'client_metadata',
        'max_tool_calls',
        'truncation',
        'include',
        'reasoning.mode',
        'reasoning.context',
        'reasoning.effort',
        'user',
        'tools.output_schema',
      ]),
    );
  });
});

describe('a request that cannot be translated', () => {
  it.each<[param: string, body: JsonObject]>([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: { id: 'conv_1' } }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true }],
    ['input[0]', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['input[0]', { input: [{ id: 'msg_1' }] }],
    ['input[0].role', { input: [{ role: 'robot', content: 'Hi' }] }],
    ['input[0].content', { input: [{ role: 'user' }] }],
    ['input[0].content[0].text', { input: [{ role: 'user', content: [{ type: 'input_text', text: 1 }] }] }],
    ['input[0].content[0]', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }],
    ['input[0].call_id', { input: [{ type: 'function_call', name: 'f', arguments: '' }] }],
    ['input', { input: 1 }],
    ['tools[0].name', { tools: [{ type: 'function' }] }],
    ['tool_choice', { tool_choice: 'maybe' }],
    ['temperature', { temperature: '1' }],
    ['max_output_tokens', { max_output_tokens: 1.5 }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'n' } } }],
    ['text.format.type', { text: { format: { type: 'xml' } } }],
  ])('names %s: %j', (param, body) => {
    expect(refusal(body)).toMatchObject({ kind: 'invalid_request', status: 400, param });
  });

  it('says why', () => {
    expect(refusal({ previous_response_id: 'resp_1' })?.message).toContain('only the provider that made it has');
  });

  it('is not a background one whose answer comes as a stream', () => {
    expect(refusal({ background: true }, true)).toBeUndefined();
    expect(decoded({ background: true }, true).unmodelled).toEqual(['background']);
  });
});
