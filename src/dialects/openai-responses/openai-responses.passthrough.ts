import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import { asText, isObject } from '../fields.js';
import { applyEdits, readMembers } from '../json-members.js';
import type { ReplyFacts } from '../reply-facts.js';
import { readUsage } from './openai-responses.usage.js';
import { finishReasonOf, writtenIn } from './openai-responses.written.js';

/**
 * The client's body with another model's name. Every member that a server may take for it is changed: Go's JSON ignores
 * case.
 * @param body a valid JSON object
 */
export function withModel(body: Buffer, model: string): Buffer {
  const text = JSON.stringify(model);
  const members = readMembers(body).filter(({ key, start, end }) => {
    return key.toLowerCase() === 'model' && body.toString('utf8', start, end) !== text;
  });
  return applyEdits(
    body,
    members.map(({ start, end }) => ({ start, end, text })),
  );
}

/**
 * Reads a whole response.
 * @throws UpstreamError `invalid_reply` when the bytes are no response
 */
export function readReply(bytes: Buffer): ReplyFacts {
  const body = parse(bytes);
  return {
    model: asText(body['model']),
    usage: readUsage(body['usage']),
    finishReason: finishReasonOf(body),
    written: () => {
      const text = writtenIn(body).join('\n');
      return { text, length: text.length };
    },
  };
}

function parse(bytes: Buffer): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not JSON', { cause });
  }
  if (isObject(body) && Array.isArray(body['output'])) return body;
  throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not a response object');
}
