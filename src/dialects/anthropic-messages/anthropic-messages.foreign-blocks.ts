import { isObject } from '../fields.js';
import type { JsonEdit } from '../json-members.js';
import { WRAPPED_MARK } from '../signature-envelope.js';
import { isOurs } from './anthropic-messages.signatures.js';

/**
 * Takes out of the messages what another vendor's answer left in them under a signature of this gateway: its reasoning,
 * and citations. Messages without any keep their bytes.
 */
export function withoutOurs(body: Buffer, start: number, end: number): JsonEdit[] {
  if (!body.subarray(start, end).includes(WRAPPED_MARK)) return [];
  const messages: unknown = JSON.parse(body.toString('utf8', start, end));
  if (!Array.isArray(messages)) return [];
  return [{ start, end, text: JSON.stringify(messages.flatMap(cleanMessage)) }];
}

function cleanMessage(message: unknown): unknown[] {
  if (!isObject(message) || !Array.isArray(message['content'])) return [message];
  const content = message['content'].flatMap(cleanBlock);
  // Nothing is left of a message that was all reasoning, and Anthropic takes no empty one.
  return content.length === 0 && message['content'].length > 0 ? [] : [{ ...message, content }];
}

function cleanBlock(block: unknown): unknown[] {
  if (!isObject(block)) return [block];
  if (block['type'] === 'thinking' && isOurs(block['signature'])) return [];
  if (block['type'] === 'redacted_thinking' && isOurs(block['data'])) return [];
  if (!Array.isArray(block['citations'])) return [block];
  const citations = block['citations'].filter(
    (citation) => !(isObject(citation) && isOurs(citation['encrypted_index'])),
  );
  return [{ ...block, citations }];
}
