import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import { asCount, asList, asText, compact, isObject } from '../fields.js';
import { replyWith } from '../json.js';
import type { TokenUsage } from '../token-usage.js';
import { vectorFromBase64, vectorToBase64 } from './base64-vector.js';
import { type EmbeddingReply, isVector } from './embedding.js';
import type { EmbeddingEncoding } from './openai-embeddings.request.js';

/**
 * A vendor's reply, in whichever encoding it came.
 * @throws UpstreamError `invalid_reply`
 */
export function decodeEmbeddingReply(body: unknown): EmbeddingReply {
  const { data, model, usage } = replyWith(body, 'data', 'a list of embeddings');
  const placed = asList(data).map((item, position) => {
    if (!isObject(item)) throw invalidReply('an embedding is not an object');
    return { index: asCount(item['index']) ?? position, vector: vectorOf(item['embedding']) };
  });
  return {
    model: asText(model),
    vectors: placed.toSorted((a, b) => a.index - b.index).map(({ vector }) => vector),
    usage: decodeEmbeddingUsage(usage),
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

function invalidReply(message: string): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, message);
}
