import { UpstreamError } from '../../errors/upstream-error.js';
import type { Conversation, JsonObject } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { asCount, asObject } from '../fields.js';
import { resourceName } from './gemini.models.js';
import { encodeRequest } from './gemini.request.encode.js';

/**
 * The body of `countTokens`. A whole request is counted, since `contents` alone would leave out instructions and tools.
 * @see https://ai.google.dev/api/tokens
 */
export function encodeCountTokens(conversation: Conversation, context: RequestContext): JsonObject {
  return { generateContentRequest: { model: resourceName(context.model), ...encodeRequest(conversation, context) } };
}

/**
 * @returns tokens of the prompt, cached ones included
 * @throws UpstreamError `invalid_reply` when the body does not tell them
 */
export function decodeCountTokens(body: unknown): number {
  const tokens = asCount(asObject(body)['totalTokens']);
  if (tokens === undefined) throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply has no count of tokens');
  return tokens;
}
