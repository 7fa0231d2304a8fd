import { describe, expect, it } from 'vitest';
import { BadEmbeddingRequest, embeddings } from './embedding.js';

interface EmbeddingList {
  readonly data: readonly { readonly index: number; readonly embedding: readonly number[] | string }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
}

function answer(request: object): EmbeddingList {
  return JSON.parse(embeddings('echo', request)) as EmbeddingList;
}

function vectorsOf(request: object): (readonly number[])[] {
  return answer(request).data.map(({ embedding }) => {
    if (typeof embedding !== 'string') return embedding;
    const bytes = Buffer.from(embedding, 'base64');
    return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
  });
}

const lengthOf = (vector: readonly number[] = []): number => Math.hypot(...vector);

describe('a simulated embedding', () => {
  it('is the same for the same text, and another for another', () => {
    const [first, again, other] = vectorsOf({ input: ['Hello', 'Hello', 'hello'] });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it.each([
    [{}, 256],
    [{ dimensions: null }, 256],
    [{ dimensions: 1 }, 1],
    [{ dimensions: 4096 }, 4096],
  ])('is one long with %j, in %i dimensions', (fields, dimensions) => {
    const [vector] = vectorsOf({ input: 'Hello', ...fields });
    expect(vector).toHaveLength(dimensions);
    expect(lengthOf(vector)).toBeCloseTo(1, 5);
  });

  it('is the same vector as base64', () => {
    const [numbers] = vectorsOf({ input: 'Hello' });
    expect(vectorsOf({ input: 'Hello', encoding_format: 'base64' })[0]).toEqual(numbers);
  });

  it('of fewer dimensions points where the beginning of a longer one does', () => {
    const [short = []] = vectorsOf({ input: 'Hello', dimensions: 8 });
    const beginning = vectorsOf({ input: 'Hello', dimensions: 64 })[0]?.slice(0, 8) ?? [];
    const product = short.reduce((sum, number, at) => sum + number * (beginning[at] ?? 0), 0);
    expect(product / lengthOf(beginning)).toBeCloseTo(1, 5);
  });

  it.each<[what: string, input: unknown, vectors: number, tokens: number]>([
    ['words of a text', 'one two  three', 1, 3],
    ['words of all texts', ['one two', '', 'three'], 3, 3],
    ['numbers of tokens', [1, 2, 3], 1, 3],
    ['numbers of tokens in lists', [[1, 2], [3]], 2, 3],
  ])('is counted in %s', (_, input, vectors, tokens) => {
    const { data, usage } = answer({ input });
    expect(data.map(({ index }) => index)).toEqual(Array.from({ length: vectors }, (_, index) => index));
    expect(usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
  });

  it.each<[request: object, param: string]>([
    [{}, 'input'],
    [{ input: [] }, 'input'],
    [{ input: [[]] }, 'input'],
    [{ input: [null] }, 'input'],
    [{ input: [1.5] }, 'input'],
    [{ input: { text: 'a' } }, 'input'],
    [{ input: 'a', dimensions: 0 }, 'dimensions'],
    [{ input: 'a', dimensions: 4097 }, 'dimensions'],
    [{ input: 'a', dimensions: '8' }, 'dimensions'],
    [{ input: Array(1_000).fill('a'), dimensions: 4096 }, 'input'],
  ])('is refused to %j, naming %s', (request, param) => {
    expect(() => embeddings('echo', request)).toThrow(
      expect.objectContaining({ name: BadEmbeddingRequest.name, param }),
    );
  });
});
