import { describe, expect, it } from 'vitest';
import type { Conversation } from '../conversation.js';
import { Losses } from '../losses.js';
import { encodeRequest } from './ai-sdk.request.js';

const hello: Conversation['messages'] = [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }];

function encode(conversation: Partial<Conversation>): { options: Record<string, unknown>; lost: readonly string[] } {
  const losses = new Losses();
  const whole: Conversation = { model: 'm', stream: false, messages: hello, unmodelled: [], ...conversation };
  const options = encodeRequest(whole, { model: 'm', losses });
  return { options: JSON.parse(JSON.stringify(options)), lost: losses.names };
}

describe('call options of the AI SDK', () => {
  it('hold nothing that the request did not say', () => {
    expect(encode({})).toEqual({
      options: { prompt: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }] },
      lost: [],
    });
  });

  it('hold every setting that the specification has', () => {
    const { options, lost } = encode({
      maxOutputTokens: 100,
      temperature: 0,
      topP: 0.5,
      topK: 5,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      stop: ['END'],
      seed: 7,
      parallelToolCalls: true,
      choices: 1,
      modalities: ['text'],
    });
    expect(options).toMatchObject({
      maxOutputTokens: 100,
      temperature: 0,
      topP: 0.5,
      topK: 5,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      stopSequences: ['END'],
      seed: 7,
    });
    expect(lost).toEqual([]);
  });

  it('name what the specification has no place for', () => {
    const { lost } = encode({
      choices: 2,
      parallelToolCalls: false,
      modalities: ['text', 'audio'],
      logprobs: {},
      logitBias: { 50256: -100 },
      user: 'u',
      metadata: { a: 'b' },
      promptCacheKey: 'k',
      serviceTier: 'flex',
      verbosity: 'low',
      unmodelled: ['store'],
    });
    expect(lost).toEqual([
      'n',
      'parallel_tool_calls',
      'modalities',
      'logprobs',
      'logit_bias',
      'user',
      'metadata',
      'prompt_cache_key',
      'service_tier',
      'verbosity',
      'store',
    ]);
  });

  it('hold function tools and name the others', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const { options, lost } = encode({
      tools: [
        { type: 'function', name: 'weather', description: 'of a city', parameters, strict: true, cache: { ttl: '1h' } },
        { type: 'function', name: 'now' },
        { type: 'custom', name: 'poem' },
        { type: 'native', dialect: 'openai-responses', kind: 'web_search', value: {} },
      ],
      toolChoice: { type: 'tool', name: 'weather' },
    });
    expect(options).toMatchObject({
      toolChoice: { type: 'tool', toolName: 'weather' },
      tools: [
        {
          type: 'function',
          name: 'weather',
          description: 'of a city',
          inputSchema: parameters,
          strict: true,
          providerOptions: { anthropic: { cacheControl: { type: 'ephemeral', ttl: '1h' } } },
        },
        { type: 'function', name: 'now', inputSchema: { type: 'object', properties: {} } },
      ],
    });
    expect(lost).toEqual(['tools.poem', 'tools.web_search']);
  });

  it('show only the allowed tools', () => {
    const tools = ['a', 'b', 'c'].map((name) => ({ type: 'function', name }) as const);
    const { options } = encode({ tools, toolChoice: { type: 'allowed', names: ['a', 'c'], required: true } });
    expect(options).toMatchObject({ tools: [{ name: 'a' }, { name: 'c' }], toolChoice: { type: 'required' } });
  });

  it('hold a schema for the answer, without strictness', () => {
    const schema = { type: 'object' };
    expect(encode({ responseFormat: { type: 'json' } }).options['responseFormat']).toEqual({ type: 'json' });
    const { options, lost } = encode({ responseFormat: { type: 'json-schema', name: 'city', schema, strict: true } });
    expect(options['responseFormat']).toEqual({ type: 'json', name: 'city', schema });
    expect(lost).toEqual(['strict']);
  });

  it.each([
    [{ effort: 'max' }, 'max', { openrouter: { reasoning: { effort: 'xhigh' } } }],
    [
      { budgetTokens: 4096, visible: true },
      'low',
      {
        anthropic: { thinking: { type: 'enabled', budgetTokens: 4096 } },
        google: { thinkingConfig: { thinkingBudget: 4096, includeThoughts: true } },
        openai: { reasoningSummary: 'auto' },
        openrouter: { reasoning: { max_tokens: 4096 } },
      },
    ],
    [
      { adaptive: true },
      undefined,
      { anthropic: { thinking: { type: 'adaptive' } }, google: { thinkingConfig: { thinkingBudget: -1 } } },
    ],
  ] as const)('say how much to think: %o', (reasoning, effort, providerOptions) => {
    const { options, lost } = encode({ reasoning });
    expect(options['reasoning']).toBe(effort);
    expect(options['providerOptions']).toEqual(providerOptions);
    expect(lost).toEqual([]);
  });
});
