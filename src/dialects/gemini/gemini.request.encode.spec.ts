import { describe, expect, it } from 'vitest';
import type { Conversation, JsonObject, Message, ReasoningRequest } from '../conversation.js';
import { Losses } from '../losses.js';
import { decodeCountTokens, encodeCountTokens } from './gemini.count-tokens.js';
import { geminiVendor } from './gemini.dialect.js';

const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
const DUMMY = 'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=';

function encoded(
  asked: Partial<Conversation>,
  model = 'gemini-3-flash-preview',
): { readonly body: JsonObject; readonly lost: readonly string[] } {
  const losses = new Losses();
  const conversation: Conversation = { model, stream: false, messages: [hello], unmodelled: [], ...asked };
  return { body: geminiVendor.encodeRequest(conversation, { model, losses }), lost: losses.names };
}

function thinking(reasoning: ReasoningRequest, model: string): { config: unknown; lost: readonly string[] } {
  const { body, lost } = encoded({ reasoning }, model);
  const config: { thinkingConfig?: unknown } = body['generationConfig'] ?? {};
  return { config: config.thinkingConfig, lost };
}

describe('a request to Gemini', () => {
  it('has instructions of the beginning in their own place and later ones among the contents', () => {
    const { body } = encoded({
      messages: [
        { role: 'system', parts: [{ type: 'text', text: 'a' }] },
        { role: 'developer', parts: [{ type: 'text', text: 'b' }] },
        hello,
        { role: 'assistant', parts: [{ type: 'text', text: 'Hi' }] },
        { role: 'system', parts: [{ type: 'text', text: 'c' }] },
        hello,
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }] },
        { role: 'model', parts: [{ text: 'Hi' }] },
        { role: 'user', parts: [{ text: 'c' }, { text: 'Hello' }] },
      ],
    });
  });

  it('says instructions as a user where there is nothing else, since contents may not be empty', () => {
    const { body } = encoded({ messages: [{ role: 'system', parts: [{ type: 'text', text: 'a' }] }] });
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'a' }] }] });
  });

  it('ends with what the model has begun, where the answer is to go on from there', () => {
    const prefill: Message = { role: 'assistant', parts: [{ type: 'text', text: '{' }] };
    expect(encoded({ messages: [hello, prefill] }).body['contents']).toMatchObject([{}, { role: 'model' }]);
  });

  it('names the function of a result by the call that it answers, and tells errors from outputs', () => {
    const { body } = encoded({
      messages: [
        hello,
        {
          role: 'assistant',
          parts: [
            {
              type: 'tool-call',
              id: '1',
              name: 'f',
              arguments: '{"a":1}',
              signature: { origin: 'google', value: 's' },
            },
            { type: 'tool-call', id: '2', name: 'g', arguments: '' },
          ],
        },
        {
          role: 'tool',
          results: [
            { type: 'tool-result', callId: '1', parts: [{ type: 'text', text: '{"b":2}' }] },
            { type: 'tool-result', callId: '2', parts: [{ type: 'text', text: 'broken' }], isError: true },
          ],
        },
      ],
    });
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { id: '1', name: 'f', args: { a: 1 } }, thoughtSignature: 's' },
          { functionCall: { id: '2', name: 'g' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '1', name: 'f', response: { b: 2 } } },
          { functionResponse: { id: '2', name: 'g', response: { error: 'broken' } } },
        ],
      },
    ]);
  });

  it.each([
    ['gemini-3-flash-preview', DUMMY],
    ['gemini-flash-latest', DUMMY],
    ['gemini-2.5-pro', undefined],
  ])("signs the first call of another vendor's for %s as its validator wants it", (model, signature) => {
    const calls = ['1', '2'].map((id) => ({ type: 'tool-call' as const, id, name: 'f', arguments: '{}' }));
    const { body } = encoded({ messages: [hello, { role: 'assistant', parts: calls }] }, model);
    const signatures = [
      { ...(signature && { thoughtSignature: signature }), functionCall: { id: '1', name: 'f', args: {} } },
      { functionCall: { id: '2', name: 'f', args: {} } },
    ];
    expect(body['contents']).toMatchObject([{}, { parts: signatures }]);
    expect(JSON.stringify(body).includes('thoughtSignature')).toBe(signature !== undefined);
  });

  it("leaves out another vendor's reasoning and keeps its own", () => {
    const { body, lost } = encoded({
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm', signature: { origin: 'anthropic', value: 'x' } },
            { type: 'reasoning', text: 'Aha', signature: { origin: 'google', value: 'y' } },
            { type: 'text', text: 'Yes', signature: { origin: 'opaque', value: 'z' } },
          ],
        },
      ],
    });
    expect(body['contents']).toEqual([
      { role: 'model', parts: [{ text: 'Aha', thought: true, thoughtSignature: 'y' }, { text: 'Yes' }] },
    ]);
    expect(lost).toEqual(['reasoning', 'reasoning_signature']);
  });

  it('shows the image of a result inside it to Gemini 3, and after it to older models', () => {
    const image = {
      type: 'media' as const,
      kind: 'image' as const,
      mediaType: 'image/png',
      source: { type: 'data' as const, base64: 'AAAA' },
    };
    const messages: Message[] = [
      { role: 'tool', results: [{ type: 'tool-result', callId: '1', name: 'f', parts: [image] }] },
    ];
    const blob = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    const response = { id: '1', name: 'f', response: {} };
    expect(encoded({ messages }).body['contents']).toEqual([
      { role: 'user', parts: [{ functionResponse: { ...response, parts: [blob] } }] },
    ]);
    expect(encoded({ messages }, 'gemini-2.5-flash').body['contents']).toEqual([
      { role: 'user', parts: [{ functionResponse: response }, blob] },
    ]);
  });

  it.each<[what: string, source: Extract<Message, { role: 'user' }>['parts'][number], part: object | undefined]>([
    [
      'an address with its type by the name',
      { type: 'media', kind: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
    ],
    [
      'an address of unknown type without one',
      { type: 'media', kind: 'image', source: { type: 'url', url: 'https://example.com/a' } },
      { fileData: { fileUri: 'https://example.com/a' } },
    ],
    [
      'a document of text',
      { type: 'media', kind: 'document', name: 'a.txt', source: { type: 'text', text: 'é' } },
      { inlineData: { mimeType: 'text/plain', data: 'w6k=', displayName: 'a.txt' } },
    ],
    [
      "nothing of another vendor's file",
      { type: 'media', kind: 'image', source: { type: 'file', id: 'file-1' } },
      undefined,
    ],
  ])('sends %s', (_, part, expected) => {
    const { body, lost } = encoded({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'See' }, part] }] });
    expect(body['contents']).toEqual([{ role: 'user', parts: [{ text: 'See' }, ...(expected ? [expected] : [])] }]);
    expect(lost).toEqual(expected ? [] : ['file_id']);
  });

  it('sends schemas as JSON schema and leaves out tools that it does not know', () => {
    const { body, lost } = encoded({
      tools: [
        { type: 'function', name: 'f', parameters: { type: 'object' } },
        { type: 'function', name: 'g', description: 'G' },
        { type: 'native', dialect: 'gemini', kind: 'googleSearch', value: { googleSearch: {} } },
        { type: 'native', dialect: 'openai-responses', kind: 'web_search', value: { type: 'web_search' } },
        { type: 'custom', name: 'patch' },
      ],
      responseFormat: { type: 'json-schema', name: 'n', description: 'D', schema: { type: 'object' } },
    });
    expect(body).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            { name: 'f', description: '', parametersJsonSchema: { type: 'object' } },
            { name: 'g', description: 'G' },
          ],
        },
        { googleSearch: {} },
      ],
      generationConfig: {
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object', description: 'D' },
      },
    });
    expect(lost).toEqual(['tools.web_search', 'tools.patch']);
  });

  it('keeps functions and gives up the JSON answer where a model takes only one of them', () => {
    const asked: Partial<Conversation> = {
      tools: [{ type: 'function', name: 'f' }],
      responseFormat: { type: 'json' },
    };
    const { body, lost } = encoded(asked, 'gemini-2.5-flash');
    expect(body['generationConfig']).toBeUndefined();
    expect(lost).toEqual(['response_format']);
    expect(encoded(asked).lost).toEqual([]);
  });

  it('has calls of strict functions validated, and says so where it cannot', () => {
    const tools = [{ type: 'function', name: 'f', strict: true }] as const;
    expect(encoded({ tools }).body['toolConfig']).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } });
    expect(encoded({ tools }, 'gemini-2.5-flash')).toMatchObject({ lost: ['strict'] });
    expect(encoded({ tools: [...tools, { type: 'function', name: 'g' }] })).toMatchObject({ lost: ['strict'] });
    expect(encoded({ tools, toolChoice: { type: 'required' } }, 'gemini-2.5-flash').lost).toEqual([]);
  });

  it.each<[model: string, reasoning: ReasoningRequest, config: object | undefined, lost: readonly string[]]>([
    ['gemini-3-flash', { effort: 'max' }, { thinkingLevel: 'HIGH', includeThoughts: true }, []],
    ['gemini-3-flash', { effort: 'low', visible: false }, { thinkingLevel: 'LOW' }, []],
    ['gemini-3-flash', { effort: 'none' }, { thinkingLevel: 'MINIMAL' }, ['reasoning']],
    ['gemini-3-flash', { budgetTokens: 4096 }, { thinkingLevel: 'LOW', includeThoughts: true }, []],
    ['gemini-3-flash', { adaptive: true }, { includeThoughts: true }, []],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'LOW', includeThoughts: true }, []],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { thinkingLevel: 'MEDIUM', includeThoughts: true }, []],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', { budgetTokens: 90_000 }, { thinkingBudget: 24_576, includeThoughts: true }, []],
    ['gemini-2.5-flash', { adaptive: true, visible: true }, { thinkingBudget: -1, includeThoughts: true }, []],
    ['gemini-2.5-flash-lite', { budgetTokens: 100 }, { thinkingBudget: 512, includeThoughts: true }, []],
    ['models/gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }, ['reasoning']],
    ['gemini-2.5-pro', { effort: 'max' }, { thinkingBudget: 32_000, includeThoughts: true }, []],
    ['gemini-2.0-flash', { effort: 'high' }, undefined, ['reasoning']],
    ['gemini-2.0-flash', { effort: 'none' }, undefined, []],
    ['gemini-2.0-flash', { visible: false }, undefined, []],
    ['gemini-2.5-flash-image', { effort: 'high' }, undefined, ['reasoning']],
  ])('tells %s to think %j', (model, reasoning, config, lost) => {
    expect(thinking(reasoning, model)).toEqual({ config, lost });
  });

  it('asks a model that speaks for nothing else, and one that draws for text too', () => {
    expect(encoded({ modalities: ['text', 'audio'] }).body['generationConfig']).toEqual({
      responseModalities: ['AUDIO'],
    });
    expect(encoded({ modalities: ['image'] }).body['generationConfig']).toEqual({
      responseModalities: ['TEXT', 'IMAGE'],
    });
    expect(encoded({ modalities: ['text'] }).body).not.toHaveProperty('generationConfig');
  });

  it('names everything that it cannot say', () => {
    const { body, lost } = encoded({
      messages: [
        {
          role: 'user',
          name: 'Ann',
          parts: [
            { type: 'text', text: 'a', cache: {} },
            { type: 'media', kind: 'image', detail: 'high', source: { type: 'url', url: 'https://example.com/a.png' } },
            { type: 'native', dialect: 'anthropic-messages', kind: 'search_result', value: {} },
          ],
        },
        { role: 'assistant', parts: [{ type: 'text', text: 'b', citations: [{ url: 'https://example.com' }] }] },
        hello,
      ],
      stop: ['1', '2', '3', '4', '5', '6'],
      parallelToolCalls: false,
      logitBias: {},
      user: 'u',
      metadata: {},
      promptCacheKey: 'k',
      serviceTier: 'flex',
      verbosity: 'low',
      unmodelled: ['store'],
    });
    expect(body['generationConfig']).toEqual({ stopSequences: ['1', '2', '3', '4', '5'] });
    expect(new Set(lost)).toEqual(
      new Set([
        'message_name',
        'cache_control',
        'detail',
        'search_result',
        'citations',
        'stop',
        'parallel_tool_calls',
        'logit_bias',
        'user',
        'metadata',
        'prompt_cache_key',
        'service_tier',
        'verbosity',
        'store',
      ]),
    );
  });

  it('has the whole request counted', () => {
    const conversation: Conversation = {
      model: 'x',
      stream: false,
      messages: [{ role: 'system', parts: [{ type: 'text', text: 'a' }] }, hello],
      unmodelled: [],
    };
    expect(encodeCountTokens(conversation, { model: 'gemini-2.5-pro', losses: new Losses() })).toEqual({
      generateContentRequest: {
        model: 'models/gemini-2.5-pro',
        systemInstruction: { parts: [{ text: 'a' }] },
        contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      },
    });
    expect(decodeCountTokens({ totalTokens: 31, cachedContentTokenCount: 3 })).toBe(31);
    expect(() => decodeCountTokens({})).toThrow('no count');
  });
});
