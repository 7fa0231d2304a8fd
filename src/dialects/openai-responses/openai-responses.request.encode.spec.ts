import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsAgainst, hasPublishedSchema } from '../../../test/support/published-schema.js';
import type {
  AssistantPart,
  Conversation,
  FunctionTool,
  JsonObject,
  Message,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import { Losses } from '../losses.js';
import { decodeRequest } from './openai-responses.request.decode.js';
import { encodeRequest } from './openai-responses.request.encode.js';

const asked = { model: 'gpt-5', stream: false };

function encoded(
  partial: Partial<Conversation>,
  model = 'gpt-5',
): { readonly body: JsonObject; readonly lost: readonly string[] } {
  const losses = new Losses();
  const body = encodeRequest({ ...asked, messages: [], unmodelled: [], ...partial }, { model, losses });
  return { body, lost: losses.names };
}

function itemsOf(...messages: readonly Message[]): unknown {
  return encoded({ messages }).body['input'];
}

const signature = { origin: 'openai', value: 'E', id: 'rs_1' } as const;

describe('a request to OpenAI’s responses', () => {
  it('leaves nothing at the vendor', () => {
    expect(encoded({}).body).toMatchObject({ model: 'gpt-5', store: false });
  });

  it.each([
    ['gpt-5.4', ['reasoning.encrypted_content']],
    ['openai/o3-mini', ['reasoning.encrypted_content']],
    ['gpt-4o', undefined],
    ['gpt-5-chat-latest', undefined],
  ])('asks %s for its reasoning back: %j', (model, include) => {
    expect(encoded({}, model).body['include']).toEqual(include);
  });

  it('asks any model for its reasoning back that is asked to reason', () => {
    const { body } = encoded({ reasoning: { budgetTokens: 5_000, visible: true } }, 'my-deployment');
    expect(body).toMatchObject({
      reasoning: { effort: 'medium', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
  });

  it('has the first system text as its instructions, and others in their place', () => {
    const text = (role: 'system' | 'developer', text: string): Message => ({ role, parts: [{ type: 'text', text }] });
    const { body } = encoded({ messages: [text('system', 'A'), text('system', 'B'), text('developer', 'C')] });
    expect(body).toMatchObject({
      instructions: 'A',
      input: [
        { role: 'system', content: 'B' },
        { role: 'developer', content: 'C' },
      ],
    });
  });

  it('writes an assistant’s parts as items in their order', () => {
    const parts: AssistantPart[] = [
      { type: 'reasoning', text: 'Hm', signature },
      { type: 'text', text: 'Wait.' },
      { type: 'tool-call', id: 'c1', name: 'f', arguments: '' },
      { type: 'tool-call', id: 'c2', name: 'g', arguments: 'x', custom: true },
      { type: 'text', text: 'No, ' },
      { type: 'refusal', text: 'I will not.' },
    ];
    expect(itemsOf({ role: 'assistant', parts })).toMatchObject([
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'E' },
      { role: 'assistant', content: 'Wait.' },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'x' },
      {
        type: 'message',
        content: [
          { type: 'output_text', text: 'No, ' },
          { type: 'refusal', refusal: 'I will not.' },
        ],
      },
    ]);
  });

  it('shortens a call’s id beyond 64 characters, in the call and its result alike', () => {
    const id = 'x'.repeat(65);
    const items = itemsOf(
      { role: 'assistant', parts: [{ type: 'tool-call', id, name: 'f', arguments: '{}' }] },
      { role: 'tool', results: [{ type: 'tool-result', callId: id, parts: [] }] },
    );
    expect(items).toMatchObject([{ call_id: expect.stringMatching(/^.{40}$/) }, { output: '' }]);
    expect(new Set((items as JsonObject[]).map((item) => item['call_id'])).size).toBe(1);
  });

  it('writes results with images and files as lists', () => {
    const results: ToolResultPart[] = [
      {
        type: 'tool-result',
        callId: 'c1',
        parts: [
          { type: 'text', text: 'See:' },
          { type: 'media', kind: 'image', source: { type: 'data', base64: 'AAAA' }, mediaType: 'image/png' },
          { type: 'media', kind: 'document', source: { type: 'data', base64: 'AAAA' }, mediaType: 'application/pdf' },
        ],
      },
    ];
    expect(itemsOf({ role: 'tool', results })).toEqual([
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: [
          { type: 'input_text', text: 'See:' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,AAAA' },
        ],
      },
    ]);
  });

  it('says that a function is not strict where the client did not, since OpenAI would take it for strict', () => {
    const { body } = encoded({ tools: [{ type: 'function', name: 'f' }] });
    expect(body['tools']).toEqual([
      { type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false },
    ]);
  });

  it('writes the tools of a namespace together, and the grammar of a chat’s custom tool flat', () => {
    const grammar = { syntax: 'regex', definition: 'a' };
    const inGroup = (member: string) => ({
      type: 'function' as const,
      name: `g__${member}`,
      strict: true,
      namespace: { name: 'g', description: 'G', member },
    });
    const tools = [
      inGroup('a'),
      { type: 'custom' as const, name: 'c', format: { type: 'grammar', grammar } },
      inGroup('b'),
    ];
    const parts: AssistantPart[] = [{ type: 'tool-call', id: 'c1', name: 'g__b', arguments: '{}' }];
    const { body } = encoded({ tools, messages: [{ role: 'assistant', parts }] });
    expect(body).toMatchObject({
      tools: [
        { type: 'namespace', name: 'g', description: 'G', tools: [{ name: 'a' }, { name: 'b' }] },
        { type: 'custom', name: 'c', format: { type: 'grammar', ...grammar } },
      ],
      input: [{ type: 'function_call', name: 'b', namespace: 'g' }],
    });
  });

  it('asks for no fewer tokens than OpenAI gives, and tells it', () => {
    expect(encoded({ maxOutputTokens: 5 })).toMatchObject({ body: { max_output_tokens: 16 }, lost: ['max_tokens'] });
    expect(encoded({ maxOutputTokens: 16 })).toMatchObject({ body: { max_output_tokens: 16 }, lost: [] });
  });

  it('names what a response cannot be asked', () => {
    const user: UserPart[] = [
      { type: 'media', kind: 'audio', source: { type: 'data', base64: 'AAAA' }, mediaType: 'audio/wav' },
      { type: 'media', kind: 'video', source: { type: 'url', url: 'https://a.test' } },
      { type: 'native', dialect: 'gemini', kind: 'executableCode', value: {} },
    ];
    const google = { origin: 'google', value: 'G' } as const;
    const assistant: AssistantPart[] = [
      { type: 'reasoning', text: 'Hm' },
      { type: 'reasoning', text: 'Hm', signature: { origin: 'anthropic', value: 'A' } },
      { type: 'tool-call', id: 'c', name: 'f', arguments: '{}', signature: google },
      { type: 'text', text: 'See.', citations: [{ url: 'https://a.test' }] },
    ];
    const { lost } = encoded({
      messages: [
        { role: 'user', parts: user, name: 'Ann' },
        { role: 'assistant', parts: assistant },
        { role: 'tool', results: [{ type: 'tool-result', callId: 'c', parts: [], isError: true }] },
      ],
      tools: [{ type: 'native', dialect: 'anthropic-messages', kind: 'bash', value: {} }],
      topK: 1,
      stop: ['a'],
      seed: 1,
      choices: 2,
      frequencyPenalty: 1,
      presencePenalty: 1,
      logitBias: {},
      modalities: ['text', 'audio'],
      metadata: { a: 1 },
      serviceTier: 'standard_only',
      unmodelled: ['context_management'],
    });
    expect(new Set(lost)).toEqual(
      new Set([
        'audio',
        'video',
        'executableCode',
        'message_name',
        'reasoning',
        'reasoning_signature',
        'citations',
        'tool_error',
        'tools.bash',
        'top_k',
        'stop',
        'seed',
        'n',
        'frequency_penalty',
        'presence_penalty',
        'logit_bias',
        'modalities',
        'metadata',
        'service_tier',
        'context_management',
      ]),
    );
  });

  it('loses nothing of a mark for the prompt cache, since OpenAI caches by itself', () => {
    const parts: UserPart[] = [{ type: 'text', text: 'Long', cache: { ttl: '1h' } }];
    expect(encoded({ messages: [{ role: 'user', parts }] }).lost).toEqual([]);
  });
});

const text = fc.string({ minLength: 1, unit: 'binary' });
const word = fc.stringMatching(/^[a-z]{1,8}$/);
const image = fc.constant({ type: 'media', kind: 'image', source: { type: 'url', url: 'https://a.test' } } as const);
const pdf = fc.record({
  type: fc.constant('media' as const),
  kind: fc.constant('document' as const),
  source: fc.record({ type: fc.constant('data' as const), base64: fc.base64String({ minLength: 4 }) }),
  mediaType: fc.constant('application/pdf'),
  name: word.map((name) => `${name}.pdf`),
});
const textPart = fc.record({ type: fc.constant('text' as const), text });
const assistantPart = fc.oneof(
  textPart,
  fc.record({ type: fc.constant('refusal' as const), text }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.string(),
    signature: fc.record({ origin: fc.constant('openai' as const), value: word, id: word.map((id) => `rs_${id}`) }),
  }),
  fc.constant({
    type: 'native',
    dialect: 'openai-responses',
    kind: 'web_search_call',
    value: { type: 'web_search_call', id: 'ws_1', status: 'completed' },
  } as const),
);

interface Turn {
  readonly user: UserPart[];
  readonly parts: AssistantPart[];
  readonly calls: readonly { readonly name: string; readonly text: string; readonly custom: boolean }[];
  readonly result: ToolResultPart['parts'];
}

function toMessages({ user, parts, calls, result }: Turn): Message[] {
  const made = calls.map(({ name, text, custom }, call) => {
    return { type: 'tool-call' as const, id: `c0-${call}`, name, arguments: text, ...(custom && { custom }) };
  });
  const results = made.map(({ id, name, custom }) => {
    return { type: 'tool-result' as const, callId: id, name, parts: result, ...(custom && { custom }) };
  });
  const messages: Message[] = [{ role: 'user', parts: user }];
  if (parts.length + made.length > 0) messages.push({ role: 'assistant', parts: [...parts, ...made] });
  if (results.length > 0) messages.push({ role: 'tool', results });
  return messages;
}

/** An exchange: what was asked, what the model wrote and called, and the results of its calls. */
const turn = fc
  .record({
    user: fc.array(fc.oneof(textPart, image, pdf), { minLength: 1, maxLength: 3 }),
    parts: fc.array(assistantPart, { maxLength: 4 }),
    calls: fc.array(fc.record({ name: word, text, custom: fc.boolean() }), { maxLength: 2 }),
    result: fc.array(fc.oneof(textPart, image), { maxLength: 2 }),
  })
  .map(toMessages);

interface Drawn extends Omit<Conversation, 'messages' | 'tools'> {
  readonly system: readonly string[];
  readonly turns: readonly Message[][];
  readonly tools?: readonly FunctionTool[] | undefined;
}

function toConversation({ system, turns, tools, ...rest }: Drawn): Conversation {
  const instructions: Message[] = system.map((text) => ({ role: 'system', parts: [{ type: 'text', text }] }));
  const names = new Set<string>();
  const distinct = tools?.filter(({ name }) => !names.has(name) && names.add(name));
  return { ...rest, tools: distinct, messages: [...instructions, ...unique(turns).flat()] };
}

const conversation = fc
  .record(
    {
      model: fc.constant('gpt-5'),
      stream: fc.boolean(),
      system: fc.array(text, { maxLength: 1 }),
      turns: fc.array(turn, { minLength: 1, maxLength: 3 }),
      unmodelled: fc.constant([]),
      tools: fc.array(
        fc.record({
          type: fc.constant('function' as const),
          name: word,
          description: fc.option(text, { nil: undefined }),
          parameters: fc.constant({ type: 'object', properties: {} }),
          strict: fc.boolean(),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      toolChoice: fc.oneof(
        fc.constantFrom({ type: 'auto' as const }, { type: 'none' as const }, { type: 'required' as const }),
        word.map((name) => ({ type: 'tool' as const, name })),
      ),
      parallelToolCalls: fc.boolean(),
      responseFormat: fc.constantFrom(
        { type: 'json' as const },
        { type: 'json-schema' as const, name: 'n', schema: { type: 'object' }, strict: true },
      ),
      reasoning: fc.record({ effort: fc.constantFrom('none' as const, 'low' as const, 'max' as const) }),
      maxOutputTokens: fc.integer({ min: 16, max: 1_000 }),
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      topP: fc.double({ min: 0, max: 1, noNaN: true }),
      logprobs: fc.record({ top: fc.integer({ min: 0, max: 20 }) }),
      user: word,
      metadata: fc.dictionary(word, text, { noNullPrototype: true }),
      promptCacheKey: word,
      serviceTier: fc.constantFrom('auto', 'flex'),
      verbosity: fc.constantFrom('low', 'medium', 'high'),
    },
    { requiredKeys: ['model', 'stream', 'system', 'turns', 'unmodelled'] },
  )
  .map(toConversation);

/** Calls of different turns must not share an id. */
function unique(turns: readonly Message[][]): Message[][] {
  return turns.map((messages, turn) => {
    const text = JSON.stringify(messages).replaceAll(/"(id|callId)":"c\d+-(\d+)"/g, `"$1":"c${turn}-$2"`);
    return JSON.parse(text) as Message[];
  });
}

describe('any conversation', () => {
  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(conversation, (original) => {
        const losses = new Losses();
        const body = encodeRequest(original, { model: original.model, losses });
        expect(losses.names).toEqual([]);
        expect(decodeRequest(JSON.parse(JSON.stringify(body)), original)).toEqual(original);
      }),
      { numRuns: 150 },
    );
  });

  it.skipIf(!hasPublishedSchema)('is written as the published schema wants it', () => {
    fc.assert(
      fc.property(conversation, (original) => {
        // Hosted items are the vendor's, and a user's list of contents matches two forms of the schema where one may.
        const withoutHosted = original.messages.map((message): Message => {
          if (message.role === 'user') return { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
          if (message.role !== 'assistant') return message;
          return { role: 'assistant', parts: message.parts.filter(({ type }) => type !== 'native') };
        });
        const body = encodeRequest(
          { ...original, messages: withoutHosted },
          { model: original.model, losses: new Losses() },
        );
        expect(faultsAgainst('CreateResponse', body)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
