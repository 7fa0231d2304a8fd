import { GatewayError } from '../../errors/gateway-error.js';
import type { JsonObject } from '../conversation.js';
import { compact } from '../fields.js';
import type { EmbeddingInput, EmbeddingRequest } from './embedding.js';

/** How the client wants its vectors written. */
export type EmbeddingEncoding = 'float' | 'base64';

const KNOWN = new Set(['model', 'input', 'encoding_format', 'dimensions', 'user']);

/**
 * A client's request.
 * @throws GatewayError `invalid_request`
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
export function decodeEmbeddingRequest(body: JsonObject): {
  readonly request: EmbeddingRequest;
  readonly encoding: EmbeddingEncoding;
} {
  const { model, dimensions, user } = body;
  if (typeof model !== 'string') throw invalid('model', 'must be a string');
  return {
    request: {
      model,
      inputs: inputsOf(body['input']),
      dimensions: optional(dimensions, 'dimensions', 'must be a positive whole number', isPositiveInteger),
      user: optional(user, 'user', 'must be a string', (value) => typeof value === 'string'),
      unmodelled: Object.keys(body).filter((name) => !KNOWN.has(name) && body[name] !== null),
    },
    encoding: encodingOf(body),
  };
}

/** The body for a vendor of this dialect. */
export function encodeEmbeddingRequest(request: EmbeddingRequest, encoding: EmbeddingEncoding): JsonObject {
  const { model, inputs, dimensions, user } = request;
  const [only, ...others] = inputs;
  // A list of tokens is one input, and so is a text alone.
  const input = only !== undefined && others.length === 0 ? only : inputs;
  return compact({ model, input, encoding_format: encoding, dimensions, user });
}

/**
 * The encoding that a body asks for.
 * @throws GatewayError `invalid_request`
 */
export function encodingOf(body: JsonObject): EmbeddingEncoding {
  const encoding = body['encoding_format'] ?? 'float';
  if (encoding === 'float' || encoding === 'base64') return encoding;
  throw invalid('encoding_format', 'must be "float" or "base64"');
}

function inputsOf(input: unknown): readonly EmbeddingInput[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) {
    throw invalid('input', 'must be a string or a list of strings, of tokens or of lists of tokens, and not empty');
  }
  const list: readonly unknown[] = input;
  if (isTokens(list)) return [list];
  return list.map((item, index) => {
    if (typeof item === 'string' || isTokens(item)) return item;
    throw invalid(`input[${index}]`, 'must be a string or a list of tokens');
  });
}

function isTokens(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => Number.isSafeInteger(item));
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function optional<T>(value: unknown, name: string, must: string, is: (value: unknown) => value is T): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (is(value)) return value;
  throw invalid(name, must);
}

function invalid(param: string, must: string): GatewayError {
  return new GatewayError('invalid_request', `${param} ${must}.`, { param });
}
