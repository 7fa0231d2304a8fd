import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import { asCount, asText, compact, isObject } from '../fields.js';
import type { TokenUsage } from '../token-usage.js';
import { vectorFromBase64, vectorToBase64 } from './base64-vector.js';
import type { EmbeddingReply } from './embedding.js';
import type { EmbeddingEncoding } from './openai-embeddings.request.js';

/**
 * A vendor's reply, in whichever encoding it came.
 * @throws UpstreamError `invalid_reply`
 */
export function decodeEmbeddingReply(body: unknown): EmbeddingReply {
  if (!isObject(body) || !Array.isArray(body['data'])) throw invalidReply('the reply has no list of embeddings');
  const items: readonly unknown[] = body['data'];
  const placed = items.map((item, position) => {
    if (!isObject(item)) throw invalidReply('an embedding is not an object');
    return { index: asCount(item['index']) ?? position, vector: vectorOf(item['embedding']) };
  });
  return {
    model: asText(body['model']),
    vectors: placed.toSorted((a, b) => a.index - b.index).map(({ vector }) => vector),
    usage: decodeEmbeddingUsage(body['usage']),
  };
}

/**
 * A client's reply.
 * @param model for a vendor that does not name its own
 */
export function encodeEmbeddingReply(
  reply: EmbeddingReply,
  { model, encoding }: { readonly model: string; readonly encoding: EmbeddingEncoding },
): JsonObject {
  return compact({
    object: 'list',
    data: reply.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? vectorToBase64(vector) : [...vector],
    })),
    model: reply.model ?? model,
    usage: reply.usage && encodeUsage(reply.usage),
  });
}

/** OpenAI's `usage` of embeddings: everything is prompt. */
export function decodeEmbeddingUsage(usage: unknown): TokenUsage | undefined {
  if (!isObject(usage)) return undefined;
  const tokens = asCount(usage['prompt_tokens']) ?? asCount(usage['total_tokens']);
  return tokens === undefined ? undefined : { inputTokens: tokens, outputTokens: 0 };
}

function encodeUsage({ inputTokens, cacheReadTokens, cacheWriteTokens, audioInputTokens }: TokenUsage): JsonObject {
  const tokens = inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) + (audioInputTokens ?? 0);
  return { prompt_tokens: tokens, total_tokens: tokens };
}

function vectorOf(embedding: unknown): readonly number[] {
  const vector = typeof embedding === 'string' ? vectorFromBase64(embedding) : embedding;
  if (isVector(vector)) return vector;
  throw invalidReply('an embedding is neither a list of numbers nor base64 of floats');
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

function invalidReply(message: string): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, message);
}
