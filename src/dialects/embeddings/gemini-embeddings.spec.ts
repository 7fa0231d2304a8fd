import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import { Losses } from '../losses.js';
import type { EmbeddingRequest } from './embedding.js';
import { decodeGeminiEmbeddingReply, encodeGeminiEmbeddingRequest } from './gemini-embeddings.js';

function encoded(request: Partial<EmbeddingRequest>, model = 'gemini-embedding-001') {
  const losses = new Losses();
  const body = encodeGeminiEmbeddingRequest({ model, inputs: ['a'], unmodelled: [], ...request }, { model, losses });
  return { body, lost: losses.names };
}

describe("Gemini's embeddings", () => {
  it.each(['gemini-embedding-001', 'models/gemini-embedding-001'])('are asked for in one batch of %s', (model) => {
    const request = (text: string) => ({
      model: 'models/gemini-embedding-001',
      content: { parts: [{ text }] },
      outputDimensionality: 64,
    });
    expect(encoded({ inputs: ['a', 'b'], dimensions: 64 }, model)).toEqual({
      body: { requests: [request('a'), request('b')] },
      lost: [],
    });
  });

  it('have no place for a user and unknown fields, and say so', () => {
    expect(encoded({ user: 'u', unmodelled: ['task'] }).lost).toEqual(['user', 'task']);
  });

  it('cannot be made of tokens', () => {
    expect(() => encoded({ inputs: ['a', [1, 2]] })).toThrow(
      expect.objectContaining({ kind: 'invalid_request', param: 'input' }),
    );
  });

  it('are read with the usage that newer models report', () => {
    expect(decodeGeminiEmbeddingReply({ embeddings: [{ values: [1, 2] }, { values: [3, 4] }] })).toEqual({
      vectors: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(decodeGeminiEmbeddingReply({ embedding: { values: [1] }, usageMetadata: { promptTokenCount: 2 } })).toEqual({
      vectors: [[1]],
      usage: { inputTokens: 2, outputTokens: 0 },
    });
  });

  it.each([null, {}, { embeddings: {} }, { embeddings: [{}] }, { embeddings: [{ values: ['x'] }] }])(
    'are not %j',
    (body) => {
      expect(() => decodeGeminiEmbeddingReply(body)).toThrow(UpstreamError);
    },
  );
});
