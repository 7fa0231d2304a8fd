import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Conversation, JsonObject } from '../conversation.js';
import { openAiChatClient } from './openai-chat.dialect.js';

function decoded(body: JsonObject): Conversation {
  return openAiChatClient.decodeRequest({ messages: [], ...body }, { model: 'smart', stream: false });
}

describe('tools', () => {
  it('are functions, custom ones, or the vendor’s own', () => {
    const own = { type: 'openrouter:web_search', engine: 'exa' };
    const grammar = { definition: 'start: "a"', syntax: 'lark' };
    const { tools } = decoded({
      tools: [
        { type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' }, strict: true } },
        { function: { name: 'g' }, cache_control: { type: 'ephemeral' } },
        { type: 'custom', custom: { name: 'c', format: { type: 'grammar', grammar } } },
        { type: 'custom', custom: { name: 'd', format: { type: 'text' } } },
        own,
      ],
      functions: [{ name: 'old', parameters: {} }],
    });
    expect(tools).toEqual([
      { type: 'function', name: 'f', description: 'F', parameters: { type: 'object' }, strict: true },
      { type: 'function', name: 'g', cache: {} },
      { type: 'custom', name: 'c', format: { type: 'grammar', ...grammar } },
      { type: 'custom', name: 'd' },
      { type: 'native', dialect: 'openai-chat', kind: 'openrouter:web_search', value: own },
      { type: 'function', name: 'old', parameters: {} },
    ]);
  });

  it.each<[body: JsonObject, choice: unknown]>([
    [{ tool_choice: 'auto' }, { type: 'auto' }],
    [{ tool_choice: 'none' }, { type: 'none' }],
    [{ tool_choice: 'required' }, { type: 'required' }],
    [{ tool_choice: 'any' }, { type: 'required' }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { type: 'tool', name: 'f' }],
    [{ tool_choice: { type: 'custom', custom: { name: 'c' } } }, { type: 'tool', name: 'c' }],
    [{ tool_choice: { type: 'function', name: 'f' } }, { type: 'tool', name: 'f' }],
    [
      {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
        },
      },
      { type: 'allowed', names: ['f'], required: true },
    ],
    [{ function_call: 'auto' }, { type: 'auto' }],
    [{ function_call: { name: 'f' } }, { type: 'tool', name: 'f' }],
    [{ tool_choice: { type: 'web_search' } }, undefined],
    [{}, undefined],
  ])('are chosen by %j', (body, choice) => {
    const { toolChoice, unmodelled } = decoded(body);
    expect(toolChoice).toEqual(choice);
    expect(unmodelled).toEqual(choice === undefined && body['tool_choice'] ? ['tool_choice'] : []);
  });
});

describe('settings', () => {
  it.each<[body: JsonObject, read: Partial<Conversation>]>([
    [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { maxOutputTokens: 6 }],
    [{ stop: 'x' }, { stop: ['x'] }],
    [{ stop: ['x', 'y'] }, { stop: ['x', 'y'] }],
    [{ stop: [] }, {}],
    [
      { temperature: 0, top_p: 0.5, top_k: 4 },
      { temperature: 0, topP: 0.5, topK: 4 },
    ],
    [
      { frequency_penalty: -1, presence_penalty: 1 },
      { frequencyPenalty: -1, presencePenalty: 1 },
    ],
    [
      { seed: -7, n: 2 },
      { seed: -7, choices: 2 },
    ],
    [{ logprobs: true, top_logprobs: 3 }, { logprobs: { top: 3 } }],
    [{ logprobs: false, top_logprobs: 0 }, {}],
    [{ logit_bias: { 7: -100 } }, { logitBias: { 7: -100 } }],
    [{ user: 'u' }, { user: 'u' }],
    [{ safety_identifier: 's' }, { user: 's' }],
    [
      { metadata: { a: 'b' }, prompt_cache_key: 'k' },
      { metadata: { a: 'b' }, promptCacheKey: 'k' },
    ],
    [
      { service_tier: 'flex', verbosity: 'low' },
      { serviceTier: 'flex', verbosity: 'low' },
    ],
    [{ modalities: ['text', 'audio'] }, { modalities: ['text', 'audio'] }],
    [{ parallel_tool_calls: false }, { parallelToolCalls: false }],
    [{ stream_options: { include_usage: true, include_obfuscation: false } }, { includeUsage: true }],
    [{ stream_options: { include_usage: false } }, {}],
    [{ response_format: { type: 'text' } }, {}],
    [{ response_format: { type: 'json_object' } }, { responseFormat: { type: 'json' } }],
    [
      {
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      },
      { responseFormat: { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true } },
    ],
    [{ reasoning_effort: 'xhigh' }, { reasoning: { effort: 'xhigh' } }],
    [{ reasoning_effort: 'default' }, {}],
    [{ reasoning: { effort: 'low', exclude: true } }, { reasoning: { effort: 'low', visible: false } }],
    [{ reasoning: { max_tokens: 2000 } }, { reasoning: { budgetTokens: 2000 } }],
    [{ reasoning: { enabled: true } }, { reasoning: { adaptive: true } }],
    [{ reasoning: { enabled: false } }, { reasoning: { effort: 'none' } }],
    [{ thinking: { type: 'enabled', budget_tokens: 9 } }, { reasoning: { budgetTokens: 9 } }],
    [{ thinking: { type: 'enabled' } }, { reasoning: { adaptive: true } }],
    [{ thinking: { type: 'disabled' } }, { reasoning: { effort: 'none' } }],
    [{ enable_thinking: false }, { reasoning: { effort: 'none' } }],
    [{ reasoning_format: 'hidden' }, { reasoning: { visible: false } }],
    [{ include_reasoning: true }, { reasoning: { visible: true } }],
    [{ store: false, stream: true, temperature: null, tools: null }, {}],
  ])('%j', (body, read) => {
    expect(decoded(body)).toEqual({ model: 'smart', stream: false, messages: [], unmodelled: [], ...read });
  });

  it('that the canonical form has no place for are named', () => {
    const body = {
      store: true,
      prediction: { type: 'content', content: 'x' },
      audio: { voice: 'ash', format: 'wav' },
      web_search_options: {},
      top_logprobs: 2,
      response_format: { type: 'grammar' },
      reasoning_effort: 'enormous',
      user: 'u',
      safety_identifier: 's',
      plugins: null,
    };
    expect([...decoded(body).unmodelled].toSorted()).toEqual([
      'audio',
      'prediction',
      'reasoning_effort',
      'response_format',
      'safety_identifier',
      'store',
      'top_logprobs',
      'web_search_options',
    ]);
  });
});

describe('a field of a wrong type', () => {
  it.each<[param: string, body: JsonObject]>([
    ['messages', { messages: undefined }],
    ['messages', { messages: {} }],
    ['messages[0]', { messages: ['Hi'] }],
    ['messages[0].role', { messages: [{ content: 'Hi' }] }],
    ['messages[0].role', { messages: [{ role: 'wizard', content: 'Hi' }] }],
    ['messages[1].content', { messages: [{ role: 'user' }, { role: 'user', content: 7 }] }],
    ['messages[0].content', { messages: [{ role: 'system', content: [{ type: 'image_url', image_url: 'x' }] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    [
      'messages[0].content[0].image_url.url',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
    ],
    ['messages[0].content[0].file', { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] }],
    ['messages[0].tool_calls[0].id', { messages: [{ role: 'assistant', tool_calls: [{}] }] }],
    ['messages[0].tool_calls[0].function', { messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
    ['tools[0].function.parameters', { tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] }],
    ['tool_choice', { tool_choice: 'maybe' }],
    ['temperature', { temperature: '1' }],
    ['n', { n: 1.5 }],
    ['max_tokens', { max_tokens: -1 }],
    ['stop', { stop: 7 }],
    ['stop[1]', { stop: ['a', 7] }],
    ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
    ['stream_options.include_usage', { stream_options: { include_usage: 'yes' } }],
    ['reasoning.max_tokens', { reasoning: { max_tokens: 'many' } }],
  ])('is refused by its path: %s', (param, body) => {
    const decode = (): unknown => decoded(body);
    expect(decode).toThrow(GatewayError);
    expect(decode).toThrow(expect.objectContaining({ kind: 'invalid_request', param }));
  });
});
