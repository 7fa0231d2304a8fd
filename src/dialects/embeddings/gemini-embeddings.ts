import { GatewayError } from '../../errors/gateway-error.js';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { asCount, asObject, compact, isObject } from '../fields.js';
import { resourceName } from '../gemini/gemini.models.js';
import { type EmbeddingReply, type EmbeddingRequest, isVector } from './embedding.js';

/**
 * The body of `batchEmbedContents`.
 * @throws GatewayError `invalid_request` for tokens, which only the vendor that cut them can read
 * @see https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
 */
export function encodeGeminiEmbeddingRequest(request: EmbeddingRequest, context: RequestContext): JsonObject {
  const model = resourceName(context.model);
  if (request.user !== undefined) context.losses.add('user');
  for (const name of request.unmodelled) context.losses.add(name);
  return {
    requests: request.inputs.map((input) => {
      if (typeof input === 'string') {
        return compact({ model, content: { parts: [{ text: input }] }, outputDimensionality: request.dimensions });
      }
      const message = `input must be text for ${request.model}: its vendor takes no tokens.`;
      throw new GatewayError('invalid_request', message, { param: 'input' });
    }),
  };
}

/**
 * The reply of `batchEmbedContents`, or of `embedContent` for one text. Most models report no usage.
 * @throws UpstreamError `invalid_reply`
 */
export function decodeGeminiEmbeddingReply(body: unknown): EmbeddingReply {
  const { embeddings, embedding, usageMetadata } = asObject(body);
  const list: unknown = embeddings ?? (embedding === undefined ? undefined : [embedding]);
  if (!Array.isArray(list)) throw invalidReply();
  const tokens = asCount(asObject(usageMetadata)['promptTokenCount']);
  return {
    vectors: list.map(vectorOf),
    usage: tokens === undefined ? undefined : { inputTokens: tokens, outputTokens: 0 },
  };
}

function vectorOf(embedding: unknown): readonly number[] {
  const values = isObject(embedding) ? embedding['values'] : undefined;
  if (isVector(values)) return values;
  throw invalidReply();
}

function invalidReply(): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not a list of embeddings');
}
