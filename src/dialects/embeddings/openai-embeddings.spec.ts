import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../../test/support/recordings.js';
import { faultsAgainstSdk } from '../../../test/support/sdk-schema.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import { vectorFromBase64, vectorToBase64 } from './base64-vector.js';
import {
  readEmbeddingFacts,
  toClientEmbeddingReply,
  toUpstreamEmbeddingBody,
} from './openai-embeddings.passthrough.js';
import { decodeEmbeddingReply, encodeEmbeddingReply } from './openai-embeddings.reply.js';
import { decodeEmbeddingRequest, encodeEmbeddingRequest } from './openai-embeddings.request.js';

const recordings = recordingsOf('openai-embeddings');
const vectors = [
  [0.5, -0.25],
  [1, 0],
];
const reply = { model: 'text-embedding-3-small', vectors, usage: { inputTokens: 4, outputTokens: 0 } };

describe('a request for embeddings', () => {
  it.each<[what: string, input: unknown, inputs: readonly unknown[]]>([
    ['a text', 'a', ['a']],
    ['texts', ['a', 'b'], ['a', 'b']],
    ['tokens', [1, 2], [[1, 2]]],
    ['lists of tokens', [[1, 2], [3]], [[1, 2], [3]]],
  ])('is read with %s, and written again', (_, input, inputs) => {
    const { request, encoding } = decodeEmbeddingRequest({ model: 'm', input });
    expect(request.inputs).toEqual(inputs);
    expect(encoding).toBe('float');
    expect(encodeEmbeddingRequest(request, 'base64')).toEqual({ model: 'm', input, encoding_format: 'base64' });
  });

  it('is read with all its settings, and names those that it does not know', () => {
    const body = {
      model: 'm',
      input: 'a',
      dimensions: 64,
      user: 'u',
      encoding_format: 'base64',
      task: 'x',
      none: null,
    };
    expect(decodeEmbeddingRequest(body)).toEqual({
      request: { model: 'm', inputs: ['a'], dimensions: 64, user: 'u', unmodelled: ['task'] },
      encoding: 'base64',
    });
  });

  it.each<[param: string, body: JsonObject]>([
    ['model', { input: 'a' }],
    ['input', { model: 'm' }],
    ['input', { model: 'm', input: [] }],
    ['input[1]', { model: 'm', input: ['a', 1] }],
    ['input[0]', { model: 'm', input: [[1.5]] }],
    ['dimensions', { model: 'm', input: 'a', dimensions: 0 }],
    ['user', { model: 'm', input: 'a', user: 1 }],
    ['encoding_format', { model: 'm', input: 'a', encoding_format: 'int8' }],
  ])('is refused where %s is wrong: %j', (param, body) => {
    expect(() => decodeEmbeddingRequest(body)).toThrow(expect.objectContaining({ kind: 'invalid_request', param }));
    expect(() => decodeEmbeddingRequest(body)).toThrow(GatewayError);
  });
});

describe('a reply with embeddings', () => {
  it.each(['float', 'base64'] as const)('in %s comes back the same', (encoding) => {
    const body = encodeEmbeddingReply(reply, { model: 'asked', encoding });
    expect(decodeEmbeddingReply(JSON.parse(JSON.stringify(body)))).toEqual(reply);
  });

  it("is of the SDK's own type, and leaves usage out where nobody counted", () => {
    const body = encodeEmbeddingReply(reply, { model: 'asked', encoding: 'float' });
    expect(faultsAgainstSdk('openai/resources/embeddings', 'CreateEmbeddingResponse', body)).toEqual([]);
    const uncounted = encodeEmbeddingReply({ vectors }, { model: 'asked', encoding: 'float' });
    expect(uncounted).toMatchObject({ model: 'asked' });
    expect(uncounted).not.toHaveProperty('usage');
  }, 60_000);

  it('has its vectors in the order of the inputs', () => {
    const data = [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ];
    expect(decodeEmbeddingReply({ data }).vectors).toEqual([[1], [2]]);
  });

  it('writes floats of 32 bits, the lowest byte first', () => {
    expect(vectorToBase64([1])).toBe('AACAPw==');
    expect(vectorFromBase64('AACAPw==')).toEqual([1]);
    expect(vectorFromBase64('AACA')).toBeUndefined();
  });

  it.each([null, {}, { data: {} }, { data: [1] }, { data: [{}] }, { data: [{ embedding: 'AACA' }] }])(
    'is not %j',
    (body) => {
      expect(() => decodeEmbeddingReply(body)).toThrow(UpstreamError);
    },
  );
});

describe('embeddings between a client and a vendor of the same dialect', () => {
  it('have the model of the vendor and every other byte as it was', () => {
    const body = toUpstreamEmbeddingBody(Buffer.from('{ "input":"\\u00e9", "model":"mine" }'), 'theirs');
    expect(body.toString()).toBe('{ "input":"\\u00e9", "model":"theirs" }');
  });

  it.each([
    ['float', 'base64'],
    ['base64', 'float'],
  ] as const)('come in %s to a client that asked for it and a vendor that answered in %s', (asked, answered) => {
    const body = encodeEmbeddingReply(reply, { model: 'm', encoding: answered });
    const bytes = Buffer.from(JSON.stringify({ ...body, extra: 1 }));
    const changed: unknown = JSON.parse(toClientEmbeddingReply(bytes, asked).toString());
    expect(changed).toEqual({ ...encodeEmbeddingReply(reply, { model: 'm', encoding: asked }), extra: 1 });
    expect(toClientEmbeddingReply(bytes, answered)).toBe(bytes);
    expect(readEmbeddingFacts(bytes)).toEqual({ model: reply.model, usage: reply.usage });
  });

  it.each(['', 'no JSON', '{}', '{"data":[{"embedding":"AACA"}]}'])('are not in %j', (bytes) => {
    expect(() => toClientEmbeddingReply(Buffer.from(bytes), 'float')).toThrow(UpstreamError);
  });
});

if (recordings.length === 0)
  process.stderr.write('Skipping recorded embeddings: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

describe.skipIf(recordings.length === 0)('recorded embeddings', () => {
  it.each(recordings)(
    '$name is read, asked for again and given out in both encodings',
    ({ requestBody, reply: text }) => {
      const { request, encoding } = decodeEmbeddingRequest(requestBody);
      const body: { readonly usage: { readonly prompt_tokens: number } } = JSON.parse(text);
      const decoded = decodeEmbeddingReply(body);
      expect(request.unmodelled).toEqual([]);
      expect(decodeEmbeddingRequest(encodeEmbeddingRequest(request, encoding))).toEqual({ request, encoding });
      expect(decoded.usage).toEqual({ inputTokens: body.usage.prompt_tokens, outputTokens: 0 });
      expect(decoded.vectors).toHaveLength(request.inputs.length);
      expect(decoded.vectors[0]).toHaveLength(request.dimensions ?? 0);
      expect(encodeEmbeddingReply(decoded, { model: request.model, encoding })).toEqual(body);
      const floats = toClientEmbeddingReply(Buffer.from(text), 'float');
      expect(decodeEmbeddingReply(JSON.parse(floats.toString()))).toEqual(decoded);
    },
  );
});
