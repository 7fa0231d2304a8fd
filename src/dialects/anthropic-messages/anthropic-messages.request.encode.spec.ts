import { describe, expect, it } from 'vitest';
import type { Conversation, JsonObject, Message, Tool } from '../conversation.js';
import { objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import { encodeRequest } from './anthropic-messages.request.encode.js';

const BUDGET_MODEL = 'claude-sonnet-4-5';
const OLD_MODEL = 'claude-3-5-sonnet-latest';
const NEW_MODEL = 'claude-sonnet-5';

interface Encoded {
  readonly body: JsonObject;
  readonly losses: readonly string[];
}

function encoded(asked: Partial<Conversation>, model = BUDGET_MODEL): Encoded {
  const losses = new Losses();
  const messages: Message[] = [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }];
  const body = encodeRequest({ model: 'm', stream: false, messages, unmodelled: [], ...asked }, { model, losses });
  return { body, losses: losses.names };
}

const text = (words: string) => ({ type: 'text' as const, text: words });
const user = (words: string): Message => ({ role: 'user', parts: [text(words)] });
const system = (words: string): Message => ({ role: 'system', parts: [text(words)] });
const call = (id: string, args = '{}') => ({ type: 'tool-call' as const, id, name: 'f', arguments: args });
const result = (callId: string, words = 'ok') => ({ type: 'tool-result' as const, callId, parts: [text(words)] });
const tool = (name: string): Tool => ({ type: 'function', name });

describe('max_tokens for Anthropic', () => {
  it.each([
    [undefined, 64_000, []],
    [100, 100, []],
    [100_000, 64_000, ['max_tokens']],
  ])('is, where %s was asked for, %i', (maxOutputTokens, expected, losses) => {
    expect(encoded({ maxOutputTokens })).toMatchObject({ body: { max_tokens: expected }, losses });
  });
});

describe('thinking for Anthropic', () => {
  it.each([
    [{ effort: 'high' }, undefined, { type: 'enabled', budget_tokens: 24_576 }],
    [{ effort: 'minimal' }, undefined, { type: 'enabled', budget_tokens: 1_024 }],
    [{ effort: 'high' }, 4_096, { type: 'enabled', budget_tokens: 3_276 }],
    [{ effort: 'high' }, 1_200, { type: 'enabled', budget_tokens: 1_024 }],
    [{ budgetTokens: 2_000 }, 4_096, { type: 'enabled', budget_tokens: 2_000 }],
    [{ budgetTokens: 9_000 }, 4_096, { type: 'enabled', budget_tokens: 3_276 }],
    [{ budgetTokens: 10 }, undefined, { type: 'enabled', budget_tokens: 1_024 }],
    [{ adaptive: true }, undefined, { type: 'enabled', budget_tokens: 16_384 }],
    [{ effort: 'none' }, undefined, { type: 'disabled' }],
    [{ budgetTokens: 0 }, undefined, { type: 'disabled' }],
  ] as const)('of a model with budgets, asked %j with %s tokens, is %j', (reasoning, maxOutputTokens, thinking) => {
    expect(encoded({ reasoning, maxOutputTokens })).toMatchObject({ body: { thinking }, losses: [] });
  });

  it.each([
    [{ effort: 'high' }, { type: 'adaptive' }, { effort: 'high' }],
    [{ effort: 'minimal' }, { type: 'adaptive' }, { effort: 'low' }],
    [{ budgetTokens: 20_000 }, { type: 'adaptive' }, { effort: 'high' }],
    [{ adaptive: true }, { type: 'adaptive' }, undefined],
    [{ adaptive: true, visible: true }, { type: 'adaptive', display: 'summarized' }, undefined],
    [{ effort: 'none' }, { type: 'disabled' }, undefined],
  ] as const)('of a newer model, asked %j, is %j with %j', (reasoning, thinking, config) => {
    const { body, losses } = encoded({ reasoning }, NEW_MODEL);
    expect([body['thinking'], body['output_config'], losses]).toEqual([thinking, config, []]);
  });

  it.each([
    ['by an old model', { reasoning: { effort: 'high' } }, OLD_MODEL],
    ['in an answer without room', { reasoning: { effort: 'high' }, maxOutputTokens: 1_024 }, BUDGET_MODEL],
    [
      'before a tool that must be called',
      { reasoning: { effort: 'high' }, tools: [tool('f')], toolChoice: { type: 'required' } },
      BUDGET_MODEL,
    ],
    [
      'in a tool loop that another vendor began',
      {
        reasoning: { effort: 'high' },
        messages: [user('a'), { role: 'assistant', parts: [call('1')] }, { role: 'tool', results: [result('1')] }],
      },
      BUDGET_MODEL,
    ],
  ] satisfies [string, Partial<Conversation>, string][])('is left out, and named, %s', (_, asked, model) => {
    const { body, losses } = encoded(asked, model);
    expect(body['thinking']).toBeUndefined();
    expect(losses).toEqual(['reasoning']);
  });

  it('goes as low as a model can that cannot stop', () => {
    expect(encoded({ reasoning: { effort: 'none' } }, 'claude-opus-5-5')).toMatchObject({
      body: { output_config: { effort: 'low' } },
      losses: ['reasoning'],
    });
  });
});

describe('sampling for Anthropic', () => {
  it.each([
    ['too warm', { temperature: 1.7 }, OLD_MODEL, { temperature: 1 }, ['temperature']],
    [
      'all, for an old model',
      { temperature: 0.5, topP: 0.9, topK: 5 },
      OLD_MODEL,
      { temperature: 0.5, top_p: 0.9, top_k: 5 },
      [],
    ],
    ['both, for one that takes either', { temperature: 0.5, topP: 0.9 }, BUDGET_MODEL, { temperature: 0.5 }, ['top_p']],
    ['both, one of them the default', { temperature: 1, topP: 0.9 }, BUDGET_MODEL, { top_p: 0.9 }, []],
    [
      'all, for a newer model',
      { temperature: 0.5, topP: 0.9, topK: 5 },
      NEW_MODEL,
      {},
      ['temperature', 'top_p', 'top_k'],
    ],
    ['the default, for a newer model', { temperature: 1, topP: 1 }, NEW_MODEL, {}, []],
    [
      'all, with thinking',
      { temperature: 0.5, topP: 0.9, topK: 5, reasoning: { effort: 'low' } },
      BUDGET_MODEL,
      {},
      ['temperature', 'top_p', 'top_k'],
    ],
    ['a high top_p, with thinking', { topP: 0.97, reasoning: { effort: 'low' } }, BUDGET_MODEL, { top_p: 0.97 }, []],
  ] satisfies [string, Partial<Conversation>, string, object, string[]][])(
    '%s',
    (_, asked, model, expected, losses) => {
      const { body, losses: found } = encoded(asked, model);
      const { temperature, top_p, top_k } = body;
      expect({ temperature, top_p, top_k }).toEqual(expected);
      expect(found).toEqual(losses);
    },
  );
});

describe('tools for Anthropic', () => {
  it('writes a schema that says that it is an object', () => {
    const tools: Tool[] = [
      {
        type: 'function',
        name: 'a',
        description: 'A',
        strict: true,
        cache: { ttl: '1h' },
        parameters: { properties: { x: {} } },
      },
      { type: 'function', name: 'b' },
      {
        type: 'native',
        dialect: 'anthropic-messages',
        kind: 'web_search',
        value: { type: 'web_search_20250305', name: 'web_search' },
      },
    ];
    expect(encoded({ tools })).toEqual({
      body: expect.objectContaining({
        tools: [
          {
            name: 'a',
            description: 'A',
            input_schema: { type: 'object', properties: { x: {} } },
            strict: true,
            cache_control: { type: 'ephemeral', ttl: '1h' },
          },
          { name: 'b', input_schema: { type: 'object', properties: {} } },
          { type: 'web_search_20250305', name: 'web_search' },
        ],
      }),
      losses: [],
    });
  });

  it('names the tools that it cannot say, and sends no choice without tools', () => {
    const tools: Tool[] = [
      { type: 'custom', name: 'apply_patch' },
      { type: 'native', dialect: 'openai-responses', kind: 'file_search', value: {} },
    ];
    const { body, losses } = encoded({ tools, toolChoice: { type: 'auto' } });
    expect([body['tools'], body['tool_choice'], losses]).toEqual([
      undefined,
      undefined,
      ['tools.apply_patch', 'tools.file_search'],
    ]);
  });

  it('names strictness where a model has none', () => {
    expect(encoded({ tools: [{ type: 'function', name: 'a', strict: true }] }, OLD_MODEL).losses).toEqual(['strict']);
  });

  it.each([
    [{ toolChoice: { type: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { type: 'none' } }, { type: 'none' }],
    [{ toolChoice: { type: 'required' } }, { type: 'any' }],
    [{ toolChoice: { type: 'tool', name: 'f' } }, { type: 'tool', name: 'f' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { toolChoice: { type: 'required' }, parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ parallelToolCalls: true }, undefined],
  ] satisfies [Partial<Conversation>, unknown][])('chooses for %j: %j', (asked, choice) => {
    expect(encoded({ tools: [tool('f')], ...asked }).body['tool_choice']).toEqual(choice);
  });

  it('tells of the allowed tools only', () => {
    const { body } = encoded({
      tools: [tool('f'), tool('g')],
      toolChoice: { type: 'allowed', names: ['g'], required: true },
    });
    expect(objectsIn(body['tools']).map(({ name }) => name)).toEqual(['g']);
    expect(body['tool_choice']).toEqual({ type: 'any' });
  });

  it('leaves the choice to a model that cannot be forced', () => {
    const { body, losses } = encoded({ tools: [tool('f')], toolChoice: { type: 'required' } }, 'claude-sonnet-5-5');
    expect([body['tool_choice'], losses]).toEqual([undefined, ['tool_choice']]);
  });
});

describe('response format for Anthropic', () => {
  const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1, description: 'Count' } } };

  it('binds a model that can be bound, to a schema that it accepts', () => {
    const { body, losses } = encoded({ responseFormat: { type: 'json-schema', schema } });
    expect(body['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: { n: { type: 'integer', description: 'Count (minimum: 1)' } },
          additionalProperties: false,
        },
      },
    });
    expect(losses).toEqual([]);
  });

  it.each([
    ['a schema, of an older model', { type: 'json-schema', schema }, OLD_MODEL],
    [
      'a schema of open objects',
      { type: 'json-schema', schema: { ...schema, additionalProperties: true } },
      BUDGET_MODEL,
    ],
    ['JSON without a schema', { type: 'json' }, BUDGET_MODEL],
  ] as const)('asks in words for %s, and says so', (_, responseFormat, model) => {
    const { body, losses } = encoded({ responseFormat, messages: [system('Be kind.'), user('a')] }, model);
    expect(body['output_config']).toBeUndefined();
    expect(objectsIn(body['system']).map((block) => block['text'])).toEqual([
      'Be kind.',
      expect.stringContaining('JSON'),
    ]);
    expect(losses).toEqual(['response_format']);
  });
});

describe('the rest of a request for Anthropic', () => {
  it('keeps the last four cache markers', () => {
    const marked = (words: string) => ({ ...text(words), cache: {} });
    const { body, losses } = encoded({
      tools: [{ type: 'function', name: 'f', cache: {} }],
      messages: [
        { role: 'system', parts: [marked('a')] },
        { role: 'user', parts: [marked('b'), marked('c'), marked('d')] },
      ],
    });
    expect(objectsIn(body['tools'])[0]?.['cache_control']).toBeUndefined();
    const kept = [...objectsIn(body['system']), ...objectsIn(objectsIn(body['messages'])[0]?.['content'])];
    expect(kept.every((block) => block['cache_control'] !== undefined)).toBe(true);
    expect(losses).toEqual(['cache_control']);
  });

  it('carries the stop sequences, the user and the tier', () => {
    expect(encoded({ stop: ['END', '\n'], user: 'u', serviceTier: 'default', stream: true })).toMatchObject({
      body: { stop_sequences: ['END'], metadata: { user_id: 'u' }, service_tier: 'standard_only', stream: true },
      losses: ['stop'],
    });
  });

  it('names all that Anthropic has no field for', () => {
    const { losses } = encoded({
      unmodelled: ['store'],
      frequencyPenalty: 1,
      presencePenalty: 1,
      choices: 2,
      seed: 1,
      logprobs: {},
      logitBias: { 1: 1 },
      metadata: { a: 'b' },
      promptCacheKey: 'k',
      verbosity: 'low',
      modalities: ['text', 'audio'],
      serviceTier: 'flex',
      messages: [{ role: 'user', name: 'Ann', parts: [text('Hi')] }],
    });
    expect(losses).toEqual([
      'store',
      'frequency_penalty',
      'presence_penalty',
      'n',
      'seed',
      'logprobs',
      'logit_bias',
      'metadata',
      'prompt_cache_key',
      'verbosity',
      'modalities',
      'message_name',
      'service_tier',
    ]);
  });
});
