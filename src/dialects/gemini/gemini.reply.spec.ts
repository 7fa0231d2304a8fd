import { describe, expect, it } from 'vitest';
import { faultsAgainstSdk } from '../../../test/support/sdk-schema.js';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { AssistantPart, Conversation, JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import type { Choice, Finish, Reply } from '../reply.js';
import { unwrapSignature } from '../signature-envelope.js';
import { geminiClient, geminiVendor } from './gemini.dialect.js';
import { decodeUsage, encodeUsage } from './gemini.usage.js';

function answer(parts: readonly JsonObject[], candidate: JsonObject = {}): JsonObject {
  return {
    candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0, ...candidate }],
    modelVersion: 'gemini-3-flash',
    responseId: 'abc',
  };
}

function decoded(body: JsonObject): { readonly choice: Choice | undefined; readonly unknown: readonly string[] } {
  const unknown = new Set<string>();
  return { choice: geminiVendor.decodeReply(body, unknown).choices[0], unknown: [...unknown] };
}

function context(): ReplyContext {
  const conversation: Conversation = { model: 'm', stream: false, messages: [], unmodelled: [] };
  return { requestId: 'request', model: 'asked-model', conversation, createdAt: 0, losses: new Losses() };
}

function encoded(parts: readonly AssistantPart[], finish: Finish = { reason: 'stop', native: 'end_turn' }) {
  const reply: Reply = { choices: [{ index: 0, parts, finish }] };
  const asked = context();
  const body = geminiClient.encodeReply(reply, asked);
  return { body, candidate: objectsIn(body['candidates'])[0], lost: asked.losses.names };
}

describe("Gemini's answer", () => {
  it.each<[native: string, parts: JsonObject[], reason: Finish['reason']]>([
    ['STOP', [{ text: 'a' }], 'stop'],
    ['STOP', [{ functionCall: { name: 'f' } }], 'tool-calls'],
    ['MAX_TOKENS', [{ functionCall: { name: 'f' } }], 'length'],
    ['SAFETY', [], 'content-filter'],
    ['RECITATION', [], 'content-filter'],
    ['PROHIBITED_CONTENT', [], 'content-filter'],
    ['IMAGE_SAFETY', [], 'content-filter'],
    ['LANGUAGE', [], 'other'],
    ['MALFORMED_FUNCTION_CALL', [], 'other'],
    ['TOO_MANY_TOOL_CALLS', [], 'other'],
    ['A_NEW_REASON', [], 'other'],
  ])('that ends with %s and %j', (finishReason, parts, reason) => {
    expect(decoded(answer(parts, { finishReason })).choice?.finish).toEqual({ reason, native: finishReason });
  });

  it('is one that a filter stopped where the prompt was refused', () => {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [{ category: 'HARM' }] };
    const { choice, unknown } = decoded({ promptFeedback, usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 } });
    expect(choice).toEqual({
      index: 0,
      parts: [],
      finish: { reason: 'content-filter', native: 'PROHIBITED_CONTENT' },
    });
    expect(unknown).toEqual([]);
  });

  it('may be without content, and is not whole without a candidate', () => {
    expect(decoded({ candidates: [{ finishReason: 'SAFETY' }] }).choice?.parts).toEqual([]);
    expect(decoded({ usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 } }).choice).toEqual({
      index: 0,
      parts: [],
      finish: undefined,
    });
  });

  it('has ids for calls that came without, made from the answer, the candidate and the place', () => {
    const { choice } = decoded(answer([{ functionCall: { name: 'f' } }, { functionCall: { name: 'f', args: {} } }]));
    expect(choice?.parts).toEqual([
      { type: 'tool-call', id: 'call_abc_0_0', name: 'f', arguments: '' },
      { type: 'tool-call', id: 'call_abc_0_1', name: 'f', arguments: '{}' },
    ]);
  });

  it('has images as media, and those that the model drew for itself as its own', () => {
    const inlineData = { mimeType: 'image/png', data: 'AAAA' };
    const { choice, unknown } = decoded(
      answer([
        { inlineData, thought: true },
        { inlineData, thoughtSignature: 's' },
      ]),
    );
    expect(choice?.parts).toEqual([
      { type: 'native', dialect: 'gemini', kind: 'thought', value: { inlineData, thought: true } },
      { type: 'media', kind: 'image', mediaType: 'image/png', source: { type: 'data', base64: 'AAAA' } },
      { type: 'text', text: '', signature: { origin: 'google', value: 's' } },
    ]);
    expect(unknown).toEqual([]);
  });

  it('cites in characters what Google counts in bytes', () => {
    const chunk = { web: { uri: 'https://example.com', title: 'Example', domain: 'example.com' } };
    const support = {
      segment: { startIndex: 6, endIndex: 11, text: '日本'.slice(0, 1) + 'é' },
      groundingChunkIndices: [0],
    };
    const other = { retrievedContext: { uri: 'gs://b/f', title: 'File', text: 'words' } };
    const groundingMetadata = {
      groundingChunks: [chunk, other],
      groundingSupports: [support],
      webSearchQueries: ['q'],
      searchEntryPoint: { renderedContent: '<div>' },
    };
    const { choice, unknown } = decoded(answer([{ text: 'ééé 日é!' }], { groundingMetadata }));
    expect(unknown).toEqual([]);
    expect(choice?.parts).toMatchObject([
      {
        type: 'text',
        citations: [
          { url: 'https://example.com', title: 'Example', start: 4, end: 6 },
          { url: 'gs://b/f', title: 'File', citedText: 'words' },
        ],
      },
    ]);
  });

  it('finds the part that a citation is about, where Google does not say it', () => {
    const groundingMetadata = {
      groundingChunks: [{ maps: { uri: 'https://maps', title: 'Map' } }],
      groundingSupports: [{ segment: { endIndex: 5, text: 'Paris' }, groundingChunkIndices: [0] }],
    };
    const parts = [{ text: 'Let me see.' }, { executableCode: { code: '1' } }, { text: 'Paris' }];
    const cited = decoded(answer(parts, { groundingMetadata })).choice?.parts;
    expect(cited).toMatchObject([{}, {}, { citations: [{ url: 'https://maps', start: 0, end: 5 }] }]);
    expect(cited?.[0]).not.toHaveProperty('citations');
  });

  it.each(['citationSources', 'citations'])('reads %s of its citation metadata', (name) => {
    const citationMetadata = { [name]: [{ startIndex: 0, endIndex: 3, uri: 'https://a', license: 'mit' }] };
    const { choice, unknown } = decoded(answer([{ text: 'abcdef' }], { citationMetadata }));
    expect(choice?.parts).toMatchObject([{ citations: [{ url: 'https://a', start: 0, end: 3 }] }]);
    expect(unknown).toEqual([]);
  });

  it('has the log probabilities of its text', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'a', logProbability: -0.1, tokenId: 1 }],
      topCandidates: [
        {
          candidates: [
            { token: 'a', logProbability: -0.1 },
            { token: 'b', logProbability: -2 },
          ],
        },
      ],
      logProbabilitySum: -0.1,
    };
    const { choice, unknown } = decoded(answer([{ text: 'a' }], { logprobsResult, avgLogprobs: -0.1 }));
    const logprobs = [
      {
        token: 'a',
        logprob: -0.1,
        top: [
          { token: 'a', logprob: -0.1 },
          { token: 'b', logprob: -2 },
        ],
      },
    ];
    expect(choice?.parts).toEqual([{ type: 'text', text: 'a', logprobs }]);
    expect(unknown).toEqual([]);
    expect(encoded([{ type: 'text', text: 'a', logprobs }]).candidate?.['logprobsResult']).toEqual({
      chosenCandidates: [{ token: 'a', logProbability: -0.1 }],
      topCandidates: logprobsResult.topCandidates,
    });
  });

  it('keeps several candidates apart, whether they are numbered or not', () => {
    const candidate = (text: string) => ({ content: { parts: [{ text }] }, finishReason: 'STOP' });
    const { choices } = geminiVendor.decodeReply({ candidates: [candidate('a'), candidate('b')] });
    expect(choices.map(({ index, parts }) => [index, parts])).toEqual([
      [0, [{ type: 'text', text: 'a' }]],
      [1, [{ type: 'text', text: 'b' }]],
    ]);
  });

  it('tells of every field that has no meaning here', () => {
    const body = answer([{ text: 'a', newMark: true }, { newPart: {} }], { newFact: 1 });
    const { choice, unknown } = decoded({ ...body, newField: 1, usageMetadata: { totalTokenCount: 1, newCount: 2 } });
    expect(new Set(unknown)).toEqual(
      new Set([
        'candidates[].content.parts[].newMark',
        'candidates[].content.parts[].newPart',
        'candidates[].newFact',
        'reply.newField',
        'usageMetadata.newCount',
      ]),
    );
    expect(choice?.parts[1]).toMatchObject({ type: 'native', kind: 'newPart' });
  });

  it.each([null, [], 'text', {}, { error: { message: 'no' } }, { choices: [] }])('is not %j', (body) => {
    expect(() => geminiVendor.decodeReply(body)).toThrow(UpstreamError);
  });
});

describe("Gemini's usage", () => {
  it.each<[what: string, usage: JsonObject, expected: object]>([
    [
      'cached tokens are part of the prompt, thoughts are not part of the answer',
      {
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        candidatesTokenCount: 10,
        thoughtsTokenCount: 5,
        toolUsePromptTokenCount: 7,
        totalTokenCount: 122,
      },
      { inputTokens: 67, cacheReadTokens: 40, outputTokens: 15, reasoningTokens: 5 },
    ],
    [
      'sound is counted by itself, unless it was cached',
      {
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        candidatesTokenCount: 30,
        totalTokenCount: 130,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 50 },
          { modality: 'AUDIO', tokenCount: 50 },
        ],
        cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 20 }],
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 25 }],
      },
      { inputTokens: 30, cacheReadTokens: 40, audioInputTokens: 30, outputTokens: 5, audioOutputTokens: 25 },
    ],
    [
      'the total tells what was written where no count does',
      { promptTokenCount: 10, thoughtsTokenCount: 20, totalTokenCount: 33 },
      { inputTokens: 10, outputTokens: 23, reasoningTokens: 20 },
    ],
    [
      'parts that claim more than their whole are held to it',
      {
        promptTokenCount: 5,
        cachedContentTokenCount: 50,
        candidatesTokenCount: 3,
        totalTokenCount: 8,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }],
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 9 }],
      },
      { inputTokens: 0, cacheReadTokens: 5, audioInputTokens: 0, outputTokens: 0, audioOutputTokens: 3 },
    ],
  ])('%s', (_, usage, expected) => {
    const read = decodeUsage(usage);
    expect(read).toEqual(expected);
    const { reasoningTokens: _thoughts, ...buckets } = read ?? { outputTokens: 0 };
    expect(Object.values(buckets).reduce((sum, count) => sum + count, 0)).toBe(usage['totalTokenCount']);
  });

  it('is nothing where there are no counts', () => {
    expect(decodeUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined();
  });

  it("has another vendor's cache writes in the prompt", () => {
    const usage = { inputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, outputTokens: 9, reasoningTokens: 4 };
    expect(encodeUsage(usage)).toEqual({
      promptTokenCount: 6,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 4,
      cachedContentTokenCount: 2,
      totalTokenCount: 15,
    });
  });
});

describe('an answer for a Gemini client', () => {
  it.each<[finish: Finish, word: string]>([
    [{ reason: 'stop', native: 'end_turn' }, 'STOP'],
    [{ reason: 'stop-sequence', native: 'stop_sequence', stopSequence: 'x' }, 'STOP'],
    [{ reason: 'tool-calls', native: 'tool_calls' }, 'STOP'],
    [{ reason: 'length', native: 'length' }, 'MAX_TOKENS'],
    [{ reason: 'context-window', native: 'model_context_window_exceeded' }, 'MAX_TOKENS'],
    [{ reason: 'content-filter', native: 'content_filter' }, 'SAFETY'],
    [{ reason: 'content-filter', native: 'JAILBREAK' }, 'SAFETY'],
    [{ reason: 'content-filter', native: 'RECITATION' }, 'RECITATION'],
    [{ reason: 'refusal', native: 'refusal' }, 'SAFETY'],
    [{ reason: 'pause', native: 'pause_turn' }, 'OTHER'],
    [{ reason: 'other', native: 'MALFORMED_FUNCTION_CALL' }, 'MALFORMED_FUNCTION_CALL'],
    [{ reason: 'other', native: 'odd' }, 'OTHER'],
  ])('that ended for %j', (finish, word) => {
    expect(encoded([], finish).candidate?.['finishReason']).toBe(word);
  });

  it('has the names of the request where the vendor gave none', () => {
    expect(encoded([]).body).toMatchObject({ modelVersion: 'asked-model', responseId: 'request' });
  });

  it("carries another vendor's signature on the thought and on the call after it", () => {
    const signature = { origin: 'anthropic', value: 'sig' } as const;
    const { candidate } = encoded([
      { type: 'reasoning', text: 'Hm', signature },
      { type: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}' },
      { type: 'tool-call', id: '2', name: 'g', arguments: '{}' },
    ]);
    const content: { parts?: unknown } = candidate?.['content'] ?? {};
    const [thought, first, second] = objectsIn(content.parts);
    expect(thought).toMatchObject({ text: 'Hm', thought: true });
    expect(first).toMatchObject({ functionCall: { id: '1', name: 'f', args: { a: 1 } } });
    expect(unwrapSignature(String(thought?.['thoughtSignature']))).toEqual(signature);
    expect(first?.['thoughtSignature']).toBe(thought?.['thoughtSignature']);
    expect(second).toEqual({ functionCall: { id: '2', name: 'g', args: {} } });
  });

  it('grounds the text on what it cites', () => {
    const { candidate } = encoded([
      {
        type: 'text',
        text: 'é Paris',
        citations: [
          { url: 'https://a', title: 'A', start: 2, end: 7 },
          { url: 'https://b', citedText: 'words', start: 2, end: 7 },
          { url: 'https://a', title: 'A' },
        ],
      },
    ]);
    expect(candidate?.['groundingMetadata']).toEqual({
      groundingChunks: [
        { web: { uri: 'https://a', title: 'A' } },
        { retrievedContext: { uri: 'https://b', text: 'words' } },
      ],
      groundingSupports: [{ segment: { startIndex: 3, endIndex: 8, text: 'Paris' }, groundingChunkIndices: [0, 1] }],
    });
  });

  it('puts free text and broken JSON of a call into an object, and names parts that it cannot say', () => {
    const { candidate, lost } = encoded([
      { type: 'refusal', text: 'No.' },
      { type: 'tool-call', id: '1', name: 'f', arguments: '{"a":', custom: true },
      { type: 'native', dialect: 'anthropic-messages', kind: 'server_tool_use', value: {} },
    ]);
    expect(candidate?.['content']).toEqual({
      role: 'model',
      parts: [{ text: 'No.' }, { functionCall: { id: '1', name: 'f', args: { input: '{"a":' } } }],
    });
    expect(lost).toEqual(['server_tool_use']);
  });

  it("is of the SDK's own types", () => {
    const { body } = encoded([
      { type: 'reasoning', text: 'Hm', signature: { origin: 'openai', value: 'x', id: 'rs_1' } },
      { type: 'text', text: 'Hi', citations: [{ url: 'https://a', start: 0, end: 2 }] },
      { type: 'tool-call', id: '1', name: 'f', arguments: '{}' },
      { type: 'media', kind: 'image', mediaType: 'image/png', source: { type: 'data', base64: 'AAAA' } },
    ]);
    for (const candidate of objectsIn(body['candidates'])) {
      expect(faultsAgainstSdk('@google/genai', 'Candidate', candidate)).toEqual([]);
    }
    const usage = encodeUsage({ inputTokens: 1, cacheReadTokens: 1, audioInputTokens: 2, outputTokens: 3 });
    expect(faultsAgainstSdk('@google/genai', 'UsageMetadata', usage)).toEqual([]);
  }, 60_000);
});
