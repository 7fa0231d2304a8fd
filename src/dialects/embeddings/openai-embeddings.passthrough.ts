import { UpstreamError } from '../../errors/upstream-error.js';
import { asText, isObject } from '../fields.js';
import { applyEdits, readMembers } from '../json-members.js';
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
  const text = JSON.stringify(model);
  const members = readMembers(body).filter(({ key }) => key.toLowerCase() === 'model');
  const changed = members.filter(({ start, end }) => body.toString('utf8', start, end) !== text);
  return applyEdits(
    body,
    changed.map(({ start, end }) => ({ start, end, text })),
  );
}

/**
 * A vendor's reply with its vectors in the encoding that the client asked for; the very same bytes where the vendor has
 * written them so.
 * @throws UpstreamError `invalid_reply` when the bytes are no list of embeddings
 */
export function toClientEmbeddingReply(bytes: Buffer, encoding: EmbeddingEncoding): Buffer {
  const body = parse(bytes);
  const data = body.data.map((item) => reencode(item, encoding));
  const isSame = data.every((item, index) => item === body.data[index]);
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

interface ReplyBody {
  readonly data: readonly unknown[];
  readonly model?: unknown;
  readonly usage?: unknown;
}

function parse(bytes: Buffer): ReplyBody {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not JSON', { cause });
  }
  if (!isObject(body) || !Array.isArray(body['data'])) throw invalidReply('the reply has no list of embeddings');
  return { ...body, data: body['data'] };
}

function invalidReply(message: string): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, message);
}
