import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Conversation, JsonObject } from '../conversation.js';
import { wrapSignature } from '../signature-envelope.js';
import { decodeRequest } from './anthropic-messages.request.decode.js';

function decoded(body: JsonObject): Conversation {
  return decodeRequest({ messages: [], ...body }, { model: 'claude', stream: false });
}

function userContent(content: unknown): Conversation {
  return decoded({ messages: [{ role: 'user', content }] });
}

function assistantParts(content: unknown): unknown {
  const message = decoded({ messages: [{ role: 'assistant', content }] }).messages[0];
  return message?.role === 'assistant' ? message.parts : undefined;
}

const text = (words: string) => ({ type: 'text', text: words });

describe('a request from a client of Anthropic', () => {
  it('begins with its system prompt, and may hear another later', () => {
    const { messages } = decoded({
      system: [text('a'), { ...text('b'), cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        { role: 'user', content: 'c' },
        { role: 'system', content: 'd' },
        { role: 'assistant', content: [text('e')] },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', parts: [text('a'), { ...text('b'), cache: { ttl: '1h' } }] },
      { role: 'user', parts: [text('c')] },
      { role: 'system', parts: [text('d')] },
      { role: 'assistant', parts: [text('e')] },
    ]);
  });

  it('has the results of tools in a message of their own, with the names of the tools', () => {
    const { messages } = decoded({
      messages: [
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: '1', name: 'f', input: { a: 1 }, caller: { type: 'direct' } }],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: '1',
              is_error: true,
              content: [text('no'), { type: 'tool_reference', tool_name: 'g' }],
            },
            { type: 'tool_result', tool_use_id: '2', is_error: false },
            text('go on'),
          ],
        },
      ],
    });
    expect(messages).toEqual([
      { role: 'assistant', parts: [{ type: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}' }] },
      {
        role: 'tool',
        results: [
          {
            type: 'tool-result',
            callId: '1',
            name: 'f',
            isError: true,
            parts: [
              text('no'),
              {
                type: 'native',
                dialect: 'anthropic-messages',
                kind: 'tool_reference',
                value: { type: 'tool_reference', tool_name: 'g' },
              },
            ],
          },
          { type: 'tool-result', callId: '2', parts: [] },
        ],
      },
      { role: 'user', parts: [text('go on')] },
    ]);
  });

  it.each([
    ['image', { type: 'base64', media_type: 'image/png', data: 'AA' }, { type: 'data', base64: 'AA' }, 'image/png'],
    ['image', { type: 'url', url: 'https://x.y' }, { type: 'url', url: 'https://x.y' }, undefined],
    ['image', { type: 'file', file_id: 'file_1' }, { type: 'file', id: 'file_1' }, undefined],
    [
      'document',
      { type: 'base64', media_type: 'application/pdf', data: 'AA' },
      { type: 'data', base64: 'AA' },
      'application/pdf',
    ],
    ['document', { type: 'text', media_type: 'text/plain', data: 'hi' }, { type: 'text', text: 'hi' }, 'text/plain'],
  ])('shows a %s from %j', (type, source, expected, mediaType) => {
    expect(userContent([{ type, source }]).messages).toEqual([
      { role: 'user', parts: [{ type: 'media', kind: type, source: expected, mediaType }] },
    ]);
  });

  it('shows a document with its title, and names what only Anthropic does with it', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'hi' };
    const document = { type: 'document', source, title: 'T', context: 'C', citations: { enabled: true } };
    const { messages, unmodelled } = userContent([document]);
    expect(messages[0]).toMatchObject({ parts: [{ kind: 'document', name: 'T' }] });
    expect(unmodelled).toEqual(['citations', 'context']);
  });

  it('takes a document of blocks, and a search result, for what is in them', () => {
    const { messages } = userContent([
      {
        type: 'document',
        source: { type: 'content', content: [text('a'), text('b')] },
        cache_control: { type: 'ephemeral' },
      },
      { type: 'search_result', source: 'https://x.y', title: 'T', content: [text('c')] },
    ]);
    expect(messages).toEqual([
      {
        role: 'user',
        parts: [
          text('a'),
          { ...text('b'), cache: {} },
          {
            type: 'media',
            kind: 'document',
            source: { type: 'text', text: 'https://x.y\n\nc' },
            mediaType: 'text/plain',
            name: 'T',
          },
        ],
      },
    ]);
  });

  it('keeps reasoning with its signature, whoever made it', () => {
    const openai = { origin: 'openai' as const, value: 'enc', id: 'rs_1' };
    expect(
      assistantParts([
        { type: 'thinking', thinking: 'a', signature: 'sig' },
        { type: 'thinking', thinking: 'b', signature: wrapSignature(openai) },
        { type: 'thinking', thinking: 'c', signature: '' },
        { type: 'redacted_thinking', data: 'data' },
        { type: 'redacted_thinking', data: wrapSignature({ ...openai, redacted: true }) },
      ]),
    ).toEqual([
      { type: 'reasoning', text: 'a', signature: { origin: 'anthropic', value: 'sig' } },
      { type: 'reasoning', text: 'b', signature: openai },
      { type: 'reasoning', text: 'c' },
      { type: 'reasoning', text: '', signature: { origin: 'anthropic', value: 'data', redacted: true } },
      { type: 'reasoning', text: '', signature: { ...openai, redacted: true } },
    ]);
  });

  it("keeps the blocks of Anthropic's own tools as they are", () => {
    const value = { type: 'server_tool_use', id: '1', name: 'web_search', input: { query: 'x' } };
    expect(assistantParts([value])).toEqual([
      { type: 'native', dialect: 'anthropic-messages', kind: 'server_tool_use', value },
    ]);
  });

  it('tells its own tools from the ones that Anthropic runs', () => {
    const { tools, unmodelled } = decoded({
      tools: [
        { name: 'f', description: 'F', input_schema: { type: 'object' }, strict: true, defer_loading: false },
        {
          type: 'custom',
          name: 'g',
          input_schema: { type: 'object' },
          defer_loading: true,
          cache_control: { type: 'ephemeral' },
        },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
        { type: 'mcp_toolset', mcp_server_name: 's' },
      ],
    });
    expect(tools).toEqual([
      { type: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: true },
      { type: 'function', name: 'g', parameters: { type: 'object' }, cache: {} },
      {
        type: 'native',
        dialect: 'anthropic-messages',
        kind: 'web_search',
        value: { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
      },
      {
        type: 'native',
        dialect: 'anthropic-messages',
        kind: 'mcp_toolset',
        value: { type: 'mcp_toolset', mcp_server_name: 's' },
      },
    ]);
    expect(unmodelled).toEqual(['defer_loading']);
  });

  it.each([
    [{ type: 'auto' }, { toolChoice: { type: 'auto' } }],
    [
      { type: 'any', disable_parallel_tool_use: true },
      { toolChoice: { type: 'required' }, parallelToolCalls: false },
    ],
    [{ type: 'tool', name: 'f' }, { toolChoice: { type: 'tool', name: 'f' } }],
    [{ type: 'none' }, { toolChoice: { type: 'none' } }],
  ])('chooses tools by %j', (choice, expected) => {
    expect(decoded({ tool_choice: choice })).toMatchObject(expected);
  });

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, { budgetTokens: 2000 }],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { adaptive: true, visible: false }],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { adaptive: true, effort: 'max' },
    ],
    [{ output_config: { effort: 'low' } }, { effort: 'low' }],
    [{}, undefined],
  ])('asks for reasoning by %j', (body, reasoning) => {
    expect(decoded(body).reasoning).toEqual(reasoning);
  });

  it.each([
    { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    { output_format: { type: 'json_schema', schema: { type: 'object' } } },
  ])('asks for a format by %j', (body) => {
    expect(decoded(body).responseFormat).toEqual({ type: 'json-schema', schema: { type: 'object' } });
  });

  it('carries the plain settings', () => {
    expect(
      decoded({
        max_tokens: 9,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 3,
        stop_sequences: ['x'],
        metadata: { user_id: 'u' },
        service_tier: 'auto',
      }),
    ).toEqual({
      model: 'claude',
      stream: false,
      messages: [],
      maxOutputTokens: 9,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      stop: ['x'],
      user: 'u',
      serviceTier: 'auto',
      unmodelled: [],
    });
  });

  it('names what it has no place for, and takes null for nothing', () => {
    const { unmodelled } = decoded({
      context_management: { edits: [] },
      mcp_servers: [{}],
      speed: 'fast',
      container: null,
      thinking: null,
      top_k: null,
    });
    expect(unmodelled).toEqual(['context_management', 'mcp_servers', 'speed']);
  });

  it('marks its last part where the whole request is to be cached', () => {
    const cache_control = { type: 'ephemeral', ttl: '5m' };
    const asked = decoded({ cache_control, messages: [{ role: 'user', content: 'a' }] });
    expect(asked.messages).toEqual([{ role: 'user', parts: [{ ...text('a'), cache: { ttl: '5m' } }] }]);
    expect(decoded({ cache_control }).unmodelled).toEqual(['cache_control']);
  });

  it.each([
    ['messages', { messages: 'hi' }],
    ['messages[0]', { messages: ['hi'] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'a' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 1 }] }],
    ['messages[0].content[1].text', { messages: [{ role: 'user', content: [text('a'), { type: 'text', text: 1 }] }] }],
    [
      'messages[0].content[0].source.type',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'x' } }] }] },
    ],
    ['messages[0].content[0].tool_use_id', { messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] }],
    ['system[0].text', { system: [{ type: 'text' }] }],
    ['tools', { tools: {} }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tool_choice.type', { tool_choice: { type: 'some' } }],
    ['max_tokens', { max_tokens: '9' }],
    ['stop_sequences[0]', { stop_sequences: [1] }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled' } }],
    ['output_config.effort', { output_config: { effort: 'huge' } }],
    ['metadata.user_id', { metadata: { user_id: 1 } }],
  ])('is refused for a wrong %s', (param, body) => {
    expect(() => decoded(body)).toThrow(expect.objectContaining({ kind: 'invalid_request', param }) as GatewayError);
  });
});
