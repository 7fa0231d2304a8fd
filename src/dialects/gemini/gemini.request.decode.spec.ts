import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import type { AssistantPart, Conversation, JsonObject } from '../conversation.js';
import { wrapSignature } from '../signature-envelope.js';
import { geminiClient } from './gemini.dialect.js';

const hello = [{ role: 'user', parts: [{ text: 'Hello' }] }];
const foreign = { origin: 'anthropic', value: 'sig' } as const;

function decoded(body: JsonObject): Conversation {
  return geminiClient.decodeRequest({ contents: hello, ...body }, { model: 'gemini-3-flash', stream: false });
}

function partsOf(part: JsonObject, role = 'user'): readonly unknown[] {
  const [message] = decoded({ contents: [{ role, parts: [part] }] }).messages;
  return message && message.role !== 'tool' ? message.parts : [];
}

function failure(body: JsonObject): unknown {
  try {
    return decoded(body);
  } catch (error) {
    return error;
  }
}

describe("a Gemini client's request", () => {
  it('takes model and stream from the URL and passes over the model in the body', () => {
    const conversation = geminiClient.decodeRequest(
      { model: 'models/other', contents: hello },
      { model: 'gemini-3-flash', stream: true },
    );
    expect(conversation).toMatchObject({ model: 'gemini-3-flash', stream: true, unmodelled: [] });
  });

  it.each<[form: string, contents: unknown]>([
    ['a text', 'Hello'],
    ['a content', { parts: [{ text: 'Hello' }] }],
    ['a part', { text: 'Hello' }],
    ['a list of texts', ['Hello']],
    ['a content without a role', [{ parts: [{ text: 'Hello' }] }]],
  ])('understands %s for its contents', (_, contents) => {
    expect(decoded({ contents }).messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }]);
  });

  it.each(['systemInstruction', 'system_instruction'])(
    'reads instructions under %s, as a content or a text',
    (name) => {
      const expected = { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] };
      expect(decoded({ [name]: { role: 'user', parts: [{ text: 'Be brief.' }] } }).messages[0]).toEqual(expected);
      expect(decoded({ [name]: 'Be brief.' }).messages[0]).toEqual(expected);
    },
  );

  it.each<[what: string, part: JsonObject, expected: object]>([
    [
      'an image',
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { kind: 'image', mediaType: 'image/png', source: { type: 'data', base64: 'AAAA' } },
    ],
    [
      'a document in snake case, its base64 in the alphabet for URLs',
      { inline_data: { mime_type: 'application/pdf', data: 'a-_b', display_name: 'a.pdf' } },
      { kind: 'document', mediaType: 'application/pdf', name: 'a.pdf', source: { type: 'data', base64: 'a+/b' } },
    ],
    [
      'a file of the file API',
      { fileData: { mimeType: 'video/mp4', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
      { kind: 'video', source: { type: 'file', id: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
    ],
    [
      'a file in cloud storage',
      { fileData: { mimeType: 'audio/wav', fileUri: 'gs://bucket/a.wav' } },
      { kind: 'audio', source: { type: 'file', id: 'gs://bucket/a.wav' } },
    ],
    [
      'an address, its kind told by the name',
      { fileData: { fileUri: 'https://example.com/a.jpg?x=1' } },
      { kind: 'image', source: { type: 'url', url: 'https://example.com/a.jpg?x=1' } },
    ],
    [
      'a film on YouTube',
      { fileData: { fileUri: 'https://www.youtube.com/watch?v=1' } },
      { kind: 'video', source: { type: 'url', url: 'https://www.youtube.com/watch?v=1' } },
    ],
  ])('reads %s', (_, part, expected) => {
    expect(partsOf(part)).toEqual([expect.objectContaining({ type: 'media', ...expected })]);
  });

  it.each<[what: string, part: JsonObject, expected: readonly AssistantPart[]]>([
    [
      'a thought',
      { text: 'Hm', thought: true, thoughtSignature: 'abc' },
      [{ type: 'reasoning', text: 'Hm', signature: { origin: 'google', value: 'abc' } }],
    ],
    [
      'a signed text',
      { text: 'Hi', thought_signature: 'abc' },
      [{ type: 'text', text: 'Hi', signature: { origin: 'google', value: 'abc' } }],
    ],
    [
      "another vendor's signature on a thought",
      { text: 'Hm', thought: true, thoughtSignature: wrapSignature(foreign) },
      [{ type: 'reasoning', text: 'Hm', signature: foreign }],
    ],
    [
      "another vendor's signature on a call, whose thought the client dropped",
      { functionCall: { id: '1', name: 'f' }, thoughtSignature: wrapSignature(foreign) },
      [
        { type: 'reasoning', text: '', signature: foreign },
        { type: 'tool-call', id: '1', name: 'f', arguments: '' },
      ],
    ],
    [
      'a signed image',
      { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: 'abc' },
      [
        { type: 'media', kind: 'image', mediaType: 'image/png', source: { type: 'data', base64: 'AAAA' } },
        { type: 'text', text: '', signature: { origin: 'google', value: 'abc' } },
      ],
    ],
    [
      'code that Google ran',
      { executable_code: { code: '1' }, thoughtSignature: 'abc' },
      [
        {
          type: 'native',
          dialect: 'gemini',
          kind: 'executableCode',
          value: { executable_code: { code: '1' }, thoughtSignature: 'abc' },
        },
      ],
    ],
    [
      'a part that nobody knows',
      { newThing: { a: 1 } },
      [{ type: 'native', dialect: 'gemini', kind: 'newThing', value: { newThing: { a: 1 } } }],
    ],
    ['an empty part', {}, []],
  ])('reads %s of the model', (_, part, expected) => {
    expect(partsOf(part, 'model')).toEqual(expected);
  });

  it("keeps another vendor's signature once where thought and call both carry it", () => {
    const signature = wrapSignature(foreign);
    const parts = [
      { text: 'Hm', thought: true, thoughtSignature: signature },
      { functionCall: { id: '1', name: 'f' }, thoughtSignature: signature },
    ];
    expect(decoded({ contents: [{ role: 'model', parts }] }).messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', signature: foreign },
          { type: 'tool-call', id: '1', name: 'f', arguments: '' },
        ],
      },
    ]);
  });

  it('puts the chunks of a streamed answer together, which the SDK keeps as contents of their own', () => {
    const chunks = [
      { text: 'Let me ', thought: true },
      { text: 'think.', thought: true },
      { text: '', thought: true, thoughtSignature: 'abc' },
      { text: 'Par' },
      { text: 'is' },
      { functionCall: { id: '1', name: 'f', args: {} } },
      { text: '' },
    ];
    const contents = [...hello, ...chunks.map((part) => ({ role: 'model', parts: [part] }))];
    expect(decoded({ contents }).messages[1]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Let me think.', signature: { origin: 'google', value: 'abc' } },
        { type: 'text', text: 'Paris' },
        { type: 'tool-call', id: '1', name: 'f', arguments: '{}' },
        { type: 'text', text: '' },
      ],
    });
  });

  it('keeps texts apart that one content holds', () => {
    const contents = [{ role: 'model', parts: [{ text: 'a' }, { text: 'b' }] }];
    expect(decoded({ contents }).messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
  });

  it('gives calls without ids the same ids as their results, by name and order', () => {
    const call = (name: string) => ({ functionCall: { name, args: {} } });
    const result = (name: string, output: string) => ({ functionResponse: { name, response: { output } } });
    const contents = [
      { role: 'model', parts: [call('f'), call('g'), call('f')] },
      { role: 'function', parts: [result('g', 'of g'), result('f', 'first'), result('f', 'second')] },
    ];
    const [asked, answered] = decoded({ contents }).messages;
    expect(asked?.role === 'assistant' && asked.parts.map((part) => part.type === 'tool-call' && part.id)).toEqual([
      'call_0_f',
      'call_1_g',
      'call_2_f',
    ]);
    expect(answered?.role === 'tool' && answered.results.map(({ callId, parts }) => [callId, parts[0]])).toEqual([
      ['call_1_g', { type: 'text', text: 'of g' }],
      ['call_0_f', { type: 'text', text: 'first' }],
      ['call_2_f', { type: 'text', text: 'second' }],
    ]);
  });

  it.each<[response: JsonObject, text: string | undefined, isError: true | undefined]>([
    [{ output: 'sunny' }, 'sunny', undefined],
    [{ output: { degrees: 3 } }, '{"degrees":3}', undefined],
    [{ result: 'sunny' }, '{"result":"sunny"}', undefined],
    [{ error: 'no such city' }, 'no such city', true],
    [{ output: 'half', error: 'then lost' }, '{"output":"half","error":"then lost"}', true],
    [{ output: 'sunny', error: null }, 'sunny', undefined],
    [{}, undefined, undefined],
  ])('reads the response %j', (response, text, isError) => {
    const contents = [{ parts: [{ functionResponse: { id: '1', name: 'f', response } }] }];
    const parts = text === undefined ? [] : [{ type: 'text', text }];
    expect(decoded({ contents }).messages).toEqual([
      { role: 'tool', results: [{ type: 'tool-result', callId: '1', name: 'f', parts, isError }] },
    ]);
  });

  it('reads media in a response, and puts results before the rest of what the user said', () => {
    const image = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    const parts = [{ text: 'Here' }, { functionResponse: { id: '1', name: 'f', response: {}, parts: [image] } }];
    expect(decoded({ contents: [{ parts }] }).messages).toMatchObject([
      { role: 'tool', results: [{ callId: '1', parts: [{ type: 'media', kind: 'image' }] }] },
      { role: 'user', parts: [{ text: 'Here' }] },
    ]);
  });

  it.each<[config: JsonObject, expected: object]>([
    [{ thinkingBudget: 0 }, { effort: 'none', visible: false }],
    [
      { thinkingBudget: -1, includeThoughts: true },
      { adaptive: true, visible: true },
    ],
    [
      { thinking_budget: 512, include_thoughts: true },
      { budgetTokens: 512, visible: true },
    ],
    [{ thinkingLevel: 'LOW' }, { effort: 'low', visible: false }],
    [{ thinkingLevel: 'high' }, { effort: 'high', visible: false }],
  ])('reads the thinking of %j', (thinkingConfig, expected) => {
    expect(decoded({ generationConfig: { thinkingConfig } }).reasoning).toEqual(expected);
  });

  it('reads every setting that the canonical form knows', () => {
    const generationConfig = {
      temperature: 0.5,
      top_p: 0.9,
      topK: 40,
      maxOutputTokens: 10,
      stopSequences: ['x'],
      candidateCount: 2,
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      responseLogprobs: true,
      logprobs: 3,
      responseModalities: ['TEXT', 'IMAGE'],
      responseMimeType: 'application/json',
      responseSchema: { type: 'STRING' },
    };
    expect(decoded({ generationConfig, labels: { team: 'a' } })).toMatchObject({
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 10,
      stop: ['x'],
      choices: 2,
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      logprobs: { top: 3 },
      modalities: ['image'],
      responseFormat: { type: 'json-schema', schema: { type: 'string' } },
      metadata: { team: 'a' },
      unmodelled: [],
    });
  });

  it('names what it has no place for, in the words of the client', () => {
    const { unmodelled } = decoded({
      contents: [{ parts: [{ fileData: { fileUri: 'gs://a/b.mp4' }, videoMetadata: { fps: 1 } }] }],
      generationConfig: {
        speech_config: {},
        responseMimeType: 'text/x.enum',
        thinkingConfig: { thinkingLevel: 'vast' },
      },
      toolConfig: { includeServerSideToolInvocations: true },
      tools: [{ functionDeclarations: [{ name: 'f', behavior: 'BLOCKING' }] }],
      safetySettings: [],
      cachedContent: 'cachedContents/1',
      serviceTier: 'flex',
      newField: null,
    });
    expect(new Set(unmodelled)).toEqual(
      new Set([
        'videoMetadata',
        'speech_config',
        'responseMimeType',
        'thinkingLevel',
        'includeServerSideToolInvocations',
        'behavior',
        'safetySettings',
        'cachedContent',
        'serviceTier',
      ]),
    );
  });

  it.each<[param: string, body: JsonObject]>([
    ['contents', { contents: [] }],
    ['contents', { contents: undefined }],
    ['contents[0]', { contents: [1] }],
    ['contents[0].role', { contents: [{ role: 'king', parts: [] }] }],
    ['contents[0].parts', { contents: [{ parts: 'x' }] }],
    ['contents[0].parts[0]', { contents: [{ parts: ['x'] }] }],
    ['contents[0].parts[0].text', { contents: [{ parts: [{ text: 1 }] }] }],
    ['contents[0].parts[0].inline_data.data', { contents: [{ parts: [{ inline_data: {} }] }] }],
    ['contents[0].parts[0].functionCall.name', { contents: [{ role: 'model', parts: [{ functionCall: {} }] }] }],
    ['generationConfig', { generationConfig: [] }],
    ['generationConfig.temperature', { generationConfig: { temperature: 'hot' } }],
    ['generation_config.stop_sequences', { generation_config: { stop_sequences: ['a', 1] } }],
    ['tools[0].functionDeclarations[0].name', { tools: [{ functionDeclarations: [{ name: 1 }] }] }],
    ['toolConfig.functionCallingConfig.mode', { toolConfig: { functionCallingConfig: { mode: 1 } } }],
  ])('refuses a body that is wrong at %s', (param, body) => {
    const error = failure(body);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ kind: 'invalid_request', param, message: expect.stringContaining(param) as string });
  });
});
