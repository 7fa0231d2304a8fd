import { describe, expect, it } from 'vitest';
import type { Conversation, FunctionTool, JsonObject } from '../conversation.js';
import { Losses } from '../losses.js';
import { bedrockConverseVendor } from './bedrock-converse.dialect.js';

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const ADAPTIVE = 'anthropic.claude-opus-4-7';
const NOVA = 'us.amazon.nova-2-lite-v1:0';
const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0';
const QWEN = 'qwen.qwen3-32b-v1:0';

const tool: FunctionTool = { type: 'function', name: 'f', parameters: { type: 'object' } };
const toolSpec = { name: 'f', inputSchema: { json: { type: 'object' } } };
const bareSpec = { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } };
const called: Conversation['messages'] = [
  { role: 'user', parts: [{ type: 'text', text: 'go' }] },
  { role: 'assistant', parts: [{ type: 'tool-call', id: 'a', name: 'f', arguments: '' }] },
  { role: 'tool', results: [{ type: 'tool-result', callId: 'a', parts: [{ type: 'text', text: 'ok' }] }] },
];

function encode(
  asked: Partial<Conversation>,
  model: string,
): { readonly body: JsonObject; readonly lost: readonly string[] } {
  const losses = new Losses();
  const conversation: Conversation = {
    model,
    stream: false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    unmodelled: [],
    ...asked,
  };
  const body = bedrockConverseVendor.encodeRequest(conversation, { model, losses });
  return { body: JSON.parse(JSON.stringify(body)), lost: losses.names };
}

describe('encodeRequest', () => {
  it('writes a plain question with nothing added', () => {
    expect(encode({}, CLAUDE)).toEqual({
      body: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
      lost: [],
    });
  });

  it('writes limits, stop sequences and sampling', () => {
    const asked = { maxOutputTokens: 10, temperature: 0.5, topK: 3, stop: ['END', ' '] };
    expect(encode(asked, CLAUDE)).toMatchObject({
      body: {
        inferenceConfig: { maxTokens: 10, temperature: 0.5, stopSequences: ['END'] },
        additionalModelRequestFields: { top_k: 3 },
        additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
      },
      lost: ['stop'],
    });
    expect(encode(asked, NOVA).body).toMatchObject({
      inferenceConfig: { stopSequences: ['END', ' '] },
      additionalModelRequestFields: { inferenceConfig: { topK: 3 } },
    });
    expect(encode(asked, LLAMA).lost).toEqual(['top_k']);
  });

  it.each([
    ['a temperature above Converse’s range', { temperature: 1.5 }, LLAMA, { temperature: 1 }, ['temperature']],
    ['one of two, where Claude takes one', { temperature: 0, topP: 0.5 }, CLAUDE, { temperature: 0 }, ['top_p']],
    [
      'none, where Claude takes none',
      { temperature: 0, topP: 1, topK: 1 },
      ADAPTIVE,
      undefined,
      ['temperature', 'top_p', 'top_k'],
    ],
  ])('samples with %s', (_name, asked, model, inferenceConfig, lost) => {
    const encoded = encode(asked, model);
    expect(encoded.body.inferenceConfig).toEqual(inferenceConfig);
    expect(encoded.lost).toEqual(lost);
  });

  it('names what Converse has no field for', () => {
    const { lost } = encode(
      {
        choices: 2,
        seed: 1,
        logprobs: {},
        logitBias: {},
        frequencyPenalty: 1,
        presencePenalty: 1,
        user: 'u',
        verbosity: 'low',
        parallelToolCalls: false,
        promptCacheKey: 'k',
        serviceTier: 'flex',
        modalities: ['text', 'audio'],
        responseFormat: { type: 'json' },
        unmodelled: ['store'],
      },
      CLAUDE,
    );
    expect(lost.toSorted()).toEqual([
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'modalities',
      'n',
      'parallel_tool_calls',
      'presence_penalty',
      'prompt_cache_key',
      'response_format',
      'seed',
      'service_tier',
      'store',
      'user',
      'verbosity',
    ]);
  });

  it('loses nothing over wishes that are the default', () => {
    const asked: Partial<Conversation> = {
      choices: 1,
      frequencyPenalty: 0,
      parallelToolCalls: true,
      serviceTier: 'auto',
      modalities: ['text'],
      toolChoice: { type: 'auto' },
    };
    expect(encode(asked, CLAUDE).lost).toEqual([]);
  });

  it('asks for JSON by a schema, where the model can', () => {
    const responseFormat = { type: 'json-schema', name: 'n', schema: { type: 'object' } } as const;
    expect(encode({ responseFormat }, CLAUDE)).toMatchObject({
      body: {
        outputConfig: {
          textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'n', schema: '{"type":"object"}' } } },
        },
      },
      lost: [],
    });
    expect(encode({ responseFormat }, NOVA).lost).toEqual(['response_format']);
  });

  it('hands on metadata that Bedrock takes', () => {
    const { body, lost } = encode({ metadata: { team: 'a b', id: 7, odd: 'ü' } }, CLAUDE);
    expect(body.requestMetadata).toEqual({ team: 'a b' });
    expect(lost).toEqual(['metadata']);
  });
});

describe('tools', () => {
  it('writes declarations, cache points and strictness', () => {
    const tools: Conversation['tools'] = [
      { ...tool, description: 'd', strict: true, cache: { ttl: '1h' } },
      { type: 'function', name: 'g' },
      { type: 'custom', name: 'c' },
      { type: 'native', dialect: 'openai-responses', kind: 'web_search', value: {} },
    ];
    expect(encode({ tools }, CLAUDE)).toMatchObject({
      body: {
        toolConfig: {
          tools: [
            { toolSpec: { ...toolSpec, description: 'd', strict: true } },
            { cachePoint: { type: 'default', ttl: '1h' } },
            { toolSpec: { ...bareSpec, name: 'g' } },
          ],
        },
      },
      lost: ['tools.c', 'tools.web_search'],
    });
    expect(encode({ tools: tools.slice(0, 1) }, NOVA).lost).toEqual(['strict', 'cache_control']);
  });

  it.each([
    [{ type: 'required' }, { any: {} }],
    [{ type: 'tool', name: 'f' }, { tool: { name: 'f' } }],
    [{ type: 'allowed', names: ['f'], required: true }, { any: {} }],
    [{ type: 'auto' }, undefined],
  ] as const)('chooses by %j', (toolChoice, expected) => {
    const { body, lost } = encode({ tools: [tool, { ...tool, name: 'g' }], toolChoice }, CLAUDE);
    const config = body.toolConfig as { tools: unknown[]; toolChoice?: unknown };
    expect(config.toolChoice).toEqual(expected);
    expect(config.tools).toHaveLength(toolChoice.type === 'allowed' ? 1 : 2);
    expect(lost).toEqual([]);
  });

  it('leaves the tools out where none may be called, unless the history needs them', () => {
    const none = { tools: [tool], toolChoice: { type: 'none' } } as const;
    expect(encode(none, CLAUDE)).toMatchObject({ body: { messages: [{}] }, lost: [] });
    expect(encode(none, CLAUDE).body).not.toHaveProperty('toolConfig');
    const within = encode({ ...none, messages: called }, CLAUDE);
    expect(within.body.toolConfig).toEqual({ tools: [{ toolSpec }] });
    expect(within.lost).toEqual(['tool_choice']);
  });

  it('declares the tools that the history calls, where the request declares none', () => {
    const { body, lost } = encode({ messages: called }, CLAUDE);
    expect(body.toolConfig).toEqual({ tools: [{ toolSpec: bareSpec }] });
    expect(lost).toEqual([]);
  });
});

describe('reasoning', () => {
  it.each([
    ['a budget', { budgetTokens: 2048 }, CLAUDE, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    ['an effort as a budget', { effort: 'low' }, CLAUDE, { thinking: { type: 'enabled', budget_tokens: 4096 } }],
    [
      'an effort',
      { effort: 'xhigh' },
      ADAPTIVE,
      { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } },
    ],
    [
      'an effort that an older Claude has',
      { effort: 'xhigh' },
      'anthropic.claude-opus-4-6-v1',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    ],
    [
      'what the model finds right',
      { adaptive: true, visible: true },
      ADAPTIVE,
      { thinking: { type: 'adaptive', display: 'summarized' } },
    ],
    ['nothing', { effort: 'none' }, CLAUDE, undefined],
    ['Nova’s effort', { effort: 'max' }, NOVA, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }],
    ['Nova switched off', { effort: 'none' }, NOVA, { reasoningConfig: { type: 'disabled' } }],
    ['Qwen’s effort', { effort: 'high' }, QWEN, { reasoning_config: 'high' }],
    ['gpt-oss’s effort', { effort: 'minimal' }, 'openai.gpt-oss-20b-1:0', { reasoning_effort: 'low' }],
  ] as const)('asks for %s', (_name, reasoning, model, fields) => {
    const { body, lost } = encode({ reasoning }, model);
    expect(body.additionalModelRequestFields).toEqual(fields);
    expect(lost).toEqual([]);
  });

  it.each([
    ['a model that cannot', { reasoning: { effort: 'high' } }, LLAMA],
    ['a Claude before it could', { reasoning: { effort: 'high' } }, 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['an answer too short to think', { reasoning: { effort: 'high' }, maxOutputTokens: 1000 }, CLAUDE],
    ['a forced call', { reasoning: { effort: 'high' }, tools: [tool], toolChoice: { type: 'required' } }, ADAPTIVE],
    ['calls of another vendor’s making', { reasoning: { effort: 'high' }, messages: called }, CLAUDE],
    ['a model that always thinks', { reasoning: { effort: 'none' } }, QWEN],
  ] as const)('says so when %s keeps it from thinking', (_name, asked, model) => {
    const { body, lost } = encode(asked, model);
    expect(body).not.toHaveProperty('additionalModelRequestFields');
    expect(lost).toEqual(['reasoning']);
  });

  it('thinks within the limit of the answer', () => {
    const { body } = encode({ reasoning: { effort: 'high' }, maxOutputTokens: 2000 }, CLAUDE);
    expect(body.additionalModelRequestFields).toEqual({ thinking: { type: 'enabled', budget_tokens: 1999 } });
  });

  it('drops the sampling that a thinking Claude refuses', () => {
    const { body, lost } = encode({ reasoning: { effort: 'low' }, temperature: 0.2, topP: 0.5, topK: 9 }, CLAUDE);
    expect(body).not.toHaveProperty('inferenceConfig');
    expect(lost).toEqual(['temperature', 'top_p', 'top_k']);
  });

  it('keeps a limit before Nova’s highest effort', () => {
    const { body } = encode({ reasoning: { effort: 'high' }, maxOutputTokens: 9 }, NOVA);
    expect(body.additionalModelRequestFields).toEqual({
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' },
    });
  });
});
