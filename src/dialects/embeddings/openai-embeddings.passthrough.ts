import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import { asList, asText, isObject } from '../fields.js';
import { parseReply, replyWith } from '../json.js';
import { withModel } from '../model-name.js';
import type { TokenUsage } from '../token-usage.js';
import { vectorFromBase64, vectorToBase64 } from './base64-vector.js';
import { decodeEmbeddingUsage } from './openai-embeddings.reply.js';
import type { EmbeddingEncoding } from './openai-embeddings.request.js';

/** What the account needs to know of a reply. */
export interface EmbeddingFacts {
  /** The vendor's exact name for the model. */
  readonly model: string | undefined;
  readonly usage: TokenUsage | undefined;
}

/** The client's body with the vendor's model name, every other byte as it was. */
export function toUpstreamEmbeddingBody(body: Buffer, model: string): Buffer {
  return withModel(body, model);
}

/**
 * A vendor's reply with its vectors in the encoding that the client asked for; the very same bytes where the vendor has
 * written them so.
 * @throws UpstreamError `invalid_reply` when the bytes are no list of embeddings
 */
export function toClientEmbeddingReply(bytes: Buffer, encoding: EmbeddingEncoding): Buffer {
  const body = parse(bytes);
  const items = asList(body['data']);
  const data = items.map((item) => reencode(item, encoding));
  const isSame = data.every((item, index) => item === items[index]);
  return isSame ? bytes : Buffer.from(JSON.stringify({ ...body, data }));
}

/** @throws UpstreamError `invalid_reply` when the bytes are no list of embeddings */
export function readEmbeddingFacts(bytes: Buffer): EmbeddingFacts {
  const { model, usage } = parse(bytes);
  return { model: asText(model), usage: decodeEmbeddingUsage(usage) };
}

function reencode(item: unknown, encoding: EmbeddingEncoding): unknown {
  if (!isObject(item)) throw invalidReply('an embedding is not an object');
  const { embedding } = item;
  if (encoding === 'float' && typeof embedding === 'string') {
    const vector = vectorFromBase64(embedding);
    if (!vector) throw invalidReply('an embedding is not base64 of floats');
    return { ...item, embedding: vector };
  }
  if (encoding === 'base64' && Array.isArray(embedding)) {
    return { ...item, embedding: vectorToBase64(embedding.map(Number)) };
  }
  return item;
}

function parse(bytes: Buffer): JsonObject {
  return replyWith(parseReply(bytes), 'data', 'a list of embeddings');
}

function invalidReply(message: string): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, message);
}
