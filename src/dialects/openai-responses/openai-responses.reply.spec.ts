import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { AssistantPart, Conversation, JsonObject, Message } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import type { FinishReason, Reply } from '../reply.js';
import { openAiResponsesClient as client, openAiResponsesVendor as vendor } from './openai-responses.dialect.js';

const ANY: Conversation = { model: 'm', stream: false, messages: [], unmodelled: [] };

function contextOf(conversation: Partial<Conversation> = {}): ReplyContext {
  return {
    requestId: 'request-1',
    model: 'm',
    conversation: { ...ANY, ...conversation },
    createdAt: 7,
    losses: new Losses(),
  };
}

function replyOf(parts: readonly AssistantPart[], reason: FinishReason = 'stop'): Reply {
  return { model: 'x-1', createdAt: 5, choices: [{ index: 0, parts, finish: { reason, native: reason } }] };
}

function encoded(parts: readonly AssistantPart[], context = contextOf()): JsonObject {
  return client.encodeReply(replyOf(parts), context);
}

function response(output: readonly object[], rest: object = {}): JsonObject {
  return { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5', status: 'completed', output, ...rest };
}

function partsOf(...output: readonly object[]): readonly AssistantPart[] | undefined {
  return vendor.decodeReply(response(output)).choices[0]?.parts;
}

/** What the client sends back on its next turn, read again. */
function nextTurn(body: JsonObject): readonly Message[] {
  return client.decodeRequest({ input: body['output'] }, { model: 'm', stream: false }).messages;
}

const text = (value: string, rest: object = {}) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: value, annotations: [], ...rest }],
});

describe('a response of OpenAI’s', () => {
  it('has citations of pages and of files', () => {
    const page = { type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0, end_index: 2 };
    const file = { type: 'file_citation', file_id: 'f', filename: 'a.txt', index: 2 };
    expect(partsOf(text('Hi', { annotations: [page, file] }))).toEqual([
      {
        type: 'text',
        text: 'Hi',
        citations: [
          { url: 'https://a.test', title: 'A', start: 0, end: 2, native: { dialect: 'openai-responses', value: page } },
          { title: 'a.txt', native: { dialect: 'openai-responses', value: file } },
        ],
      },
    ]);
  });

  it('has log probabilities with alternatives', () => {
    const logprob = { token: 'Hi', bytes: [72, 105], logprob: -1 };
    const logprobs = [{ ...logprob, top_logprobs: [logprob] }];
    expect(partsOf(text('Hi', { logprobs }))).toEqual([
      { type: 'text', text: 'Hi', logprobs: [{ ...logprob, top: [logprob] }] },
    ]);
  });

  it('has reasoning in summaries, joined with blank lines, or in full', () => {
    const part = (type: string, text: string) => ({ type, text });
    const summary = [part('summary_text', 'A'), part('summary_text', 'B')];
    expect(partsOf({ type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'E' })).toEqual([
      { type: 'reasoning', text: 'A\n\nB', signature: { origin: 'openai', value: 'E', id: 'rs_1' } },
    ]);
    expect(partsOf({ type: 'reasoning', summary: [], content: [part('reasoning_text', 'C')] })).toEqual([
      { type: 'reasoning', text: 'C' },
    ]);
    expect(partsOf({ type: 'reasoning', id: 'rs_1', summary: [] })).toEqual([]);
  });

  it('has calls of functions and of custom tools, which end it for the tools', () => {
    const calls = [
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'x' },
    ];
    const { choices } = vendor.decodeReply(response(calls));
    expect(choices).toEqual([
      {
        index: 0,
        parts: [
          { type: 'tool-call', id: 'c1', name: 'f', arguments: '{}' },
          { type: 'tool-call', id: 'c2', name: 'g', arguments: 'x', custom: true },
        ],
        finish: { reason: 'tool-calls', native: 'completed' },
      },
    ]);
  });

  it('keeps the items of hosted tools whole, and takes images out of theirs', () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    expect(partsOf(search, { type: 'image_generation_call', id: 'ig', result: 'AAAA' })).toEqual([
      { type: 'native', dialect: 'openai-responses', kind: 'web_search_call', value: search },
      { type: 'media', kind: 'image', source: { type: 'data', base64: 'AAAA' }, mediaType: 'image/png' },
    ]);
  });

  it.each<[reason: string | undefined, expected: FinishReason]>([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
    ['steered', 'other'],
    [undefined, 'other'],
  ])('that is incomplete for %s ended for %s', (reason, expected) => {
    const body = response([], { status: 'incomplete', incomplete_details: { reason } });
    expect(vendor.decodeReply(body).choices[0]?.finish).toEqual({ reason: expected, native: reason ?? 'incomplete' });
  });

  it('has no finish while it is being made', () => {
    expect(vendor.decodeReply(response([], { status: 'queued' })).choices[0]?.finish).toBeUndefined();
  });

  it.each([
    ['server_error', 500],
    ['rate_limit_exceeded', 429],
    ['invalid_prompt', 400],
    ['invalid_image_url', 400],
    ['never_heard_of', 500],
  ])('that failed with %s is a failed call with status %i', (code, status) => {
    const body = response([], { status: 'failed', error: { code, message: 'No.' } });
    expect(() => vendor.decodeReply(body)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ reason: 'status', status }), message: 'No.' }),
    );
  });

  it.each([[null], [[]], [{}], [{ choices: [] }], ['text']])('is not %j', (body) => {
    expect(() => vendor.decodeReply(body)).toThrow(UpstreamError);
  });

  it('tells the fields that nobody knows', () => {
    const unknown = new Set<string>();
    const item = { ...text('Hi', { tone: 'warm' }), mood: 'good' };
    vendor.decodeReply(response([item], { weather: 'sunny', usage: { input_tokens: 1, smiles: 2 } }), unknown);
    expect([...unknown].toSorted()).toEqual(['message.mood', 'output_text.tone', 'response.weather', 'usage.smiles']);
  });
});

describe('the usage of a response', () => {
  it('adds up to what the vendor counted when a part is larger than its whole', () => {
    const usage = {
      input_tokens: 5,
      input_tokens_details: { cached_tokens: 50, cache_write_tokens: 1 },
      output_tokens: 2,
    };
    expect(vendor.decodeReply(response([], { usage })).usage).toEqual({
      inputTokens: 0,
      cacheReadTokens: 5,
      cacheWriteTokens: 0,
      outputTokens: 2,
    });
  });
});

describe('a response for a client', () => {
  it('repeats what was asked, and says OpenAI’s defaults of what was left to the vendor', () => {
    const context = contextOf({
      messages: [{ role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }],
      toolChoice: { type: 'required' },
      temperature: 0.5,
      maxOutputTokens: 100,
      metadata: { a: 'b' },
      reasoning: { effort: 'low', visible: true },
    });
    expect(encoded([{ type: 'text', text: 'Hi' }], context)).toMatchObject({
      id: expect.stringMatching(/^resp_[0-9a-f]{32}$/),
      object: 'response',
      created_at: 5,
      model: 'x-1',
      status: 'completed',
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'f' }],
      tool_choice: 'required',
      temperature: 0.5,
      top_p: 1,
      max_output_tokens: 100,
      metadata: { a: 'b' },
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'text' } },
      previous_response_id: null,
      error: null,
      incomplete_details: null,
      usage: null,
    });
  });

  it('counts cached tokens as input, and fills in what the schema wants', () => {
    const usage = { inputTokens: 10, cacheReadTokens: 5, cacheWriteTokens: 2, outputTokens: 4, reasoningTokens: 3 };
    expect(client.encodeReply({ choices: [], usage }, contextOf())['usage']).toEqual({
      input_tokens: 17,
      input_tokens_details: { cached_tokens: 5, cache_write_tokens: 2 },
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 21,
    });
  });

  it.each<[reason: FinishReason, status: string, details: object | null]>([
    ['stop', 'completed', null],
    ['stop-sequence', 'completed', null],
    ['tool-calls', 'completed', null],
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['context-window', 'incomplete', { reason: 'max_output_tokens' }],
    ['content-filter', 'incomplete', { reason: 'content_filter' }],
    ['refusal', 'incomplete', { reason: 'content_filter' }],
  ])('that ended for %s is %s', (reason, status, incomplete_details) => {
    const body = client.encodeReply(replyOf([{ type: 'text', text: 'Hi' }], reason), contextOf());
    expect(body).toMatchObject({ status, incomplete_details, output: [{ type: 'message', status }] });
  });

  it('is complete where the model refused in words', () => {
    const body = client.encodeReply(replyOf([{ type: 'refusal', text: 'No.' }], 'refusal'), contextOf());
    expect(body).toMatchObject({ status: 'completed', output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }] });
  });

  it('puts texts that follow each other into one message, with their citations', () => {
    const context = contextOf();
    const citations = [{ url: 'https://a.test', title: 'A', citedText: 'x' }, { citedText: 'y' }];
    const body = encoded(
      [
        { type: 'text', text: 'One. ' },
        { type: 'text', text: 'Two.', citations },
      ],
      context,
    );
    const annotation = { type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0, end_index: 4 };
    expect(body['output']).toMatchObject([
      {
        type: 'message',
        content: [
          { type: 'output_text', text: 'One. ', annotations: [] },
          { type: 'output_text', text: 'Two.', annotations: [annotation] },
        ],
      },
    ]);
    expect(context.losses.names).toEqual(['citations']);
  });

  it('calls a tool of a namespace by its own name, in it', () => {
    const namespace = { name: 'mcp__files', member: 'read' };
    const context = contextOf({ tools: [{ type: 'function', name: 'mcp__files__read', namespace }] });
    const call: AssistantPart = { type: 'tool-call', id: 'c1', name: 'mcp__files__read', arguments: '{}' };
    const body = encoded([call], context);
    expect(body['output']).toMatchObject([
      { type: 'function_call', call_id: 'c1', name: 'read', namespace: 'mcp__files' },
    ]);
    expect(nextTurn(body)).toEqual([{ role: 'assistant', parts: [call] }]);
  });

  it('names what it cannot hold', () => {
    const context = contextOf();
    const parts: AssistantPart[] = [
      { type: 'media', kind: 'audio', source: { type: 'data', base64: 'AAAA' } },
      { type: 'native', dialect: 'gemini', kind: 'executableCode', value: {} },
    ];
    const reply = replyOf(parts);
    client.encodeReply({ ...reply, choices: [...reply.choices, ...reply.choices] }, context);
    expect(context.losses.names).toEqual(['n', 'audio', 'executableCode']);
  });

  it.each<[what: string, parts: AssistantPart[]]>([
    ['Anthropic’s thinking', [{ type: 'reasoning', text: 'Hm', signature: { origin: 'anthropic', value: 'S' } }]],
    [
      'Anthropic’s redacted thinking',
      [{ type: 'reasoning', text: '', signature: { origin: 'anthropic', value: 'S', redacted: true } }],
    ],
    [
      'OpenAI’s reasoning',
      [{ type: 'reasoning', text: 'Hm', signature: { origin: 'openai', value: 'E', id: 'rs_1' } }],
    ],
    ['reasoning without a signature', [{ type: 'reasoning', text: 'Hm' }]],
    [
      'Gemini’s signatures of calls, each on its own',
      [
        { type: 'tool-call', id: 'c1', name: 'f', arguments: '{}', signature: { origin: 'google', value: 'A' } },
        { type: 'tool-call', id: 'c2', name: 'f', arguments: '{}' },
        { type: 'tool-call', id: 'c3', name: 'f', arguments: '{}', signature: { origin: 'google', value: 'C' } },
      ],
    ],
    [
      'Gemini’s signature of a text',
      [
        { type: 'text', text: 'One.', signature: { origin: 'google', value: 'A' } },
        { type: 'text', text: 'Two.' },
        { type: 'reasoning', text: '', signature: { origin: 'google', value: 'B' } },
      ],
    ],
    ['an image', [{ type: 'media', kind: 'image', source: { type: 'data', base64: 'AAAA' }, mediaType: 'image/jpeg' }]],
  ])('brings %s back on the next turn', (_, parts) => {
    expect(nextTurn(encoded(parts))).toEqual([{ role: 'assistant', parts }]);
  });

  it('brings Gemini’s signature back to its call when a client moves the item that carries it', () => {
    const signature = { origin: 'google', value: 'A' } as const;
    const body = encoded([{ type: 'tool-call', id: 'c1', name: 'f', arguments: '{}', signature }]);
    const moved = { output: (body['output'] as object[]).toReversed() };
    expect(nextTurn(moved)).toMatchObject([{ parts: [{ type: 'tool-call', id: 'c1', signature }] }]);
  });

  it('makes up no id for OpenAI’s reasoning that it would refuse', () => {
    const signature = { origin: 'openai', value: 'E' } as const;
    const body = encoded([{ type: 'reasoning', text: '', signature }]);
    expect(body['output']).toMatchObject([{ id: expect.stringMatching(/^rs_gw_/) }]);
    expect(nextTurn(body)).toEqual([{ role: 'assistant', parts: [{ type: 'reasoning', text: '', signature }] }]);
  });
});
