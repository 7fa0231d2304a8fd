import { UpstreamError } from '../errors/upstream-error.js';
import type { JsonObject } from './conversation.js';
import { isObject } from './fields.js';

/** @returns `undefined` for a text that is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Parses an event of a vendor's stream.
 * @throws UpstreamError `invalid_reply` when it is not JSON
 */
export function parseEvent(data: string): unknown {
  return parsed(data, 'an event of the stream');
}

/** @throws UpstreamError `invalid_reply` when the event is not an object in JSON */
export function parseEventObject(data: string): JsonObject {
  const event = parseEvent(data);
  if (isObject(event)) return event;
  throw new UpstreamError({ reason: 'invalid_reply' }, 'an event of the stream is not an object');
}

/**
 * Parses a vendor's whole reply.
 * @throws UpstreamError `invalid_reply` when it is not JSON
 */
export function parseReply(bytes: Buffer): unknown {
  return parsed(bytes.toString(), 'the reply');
}

/**
 * @param list the field that makes a reply `what`
 * @throws UpstreamError `invalid_reply` when the body is no object with that list
 */
export function replyWith(body: unknown, list: string, what: string): JsonObject {
  if (isObject(body) && Array.isArray(body[list])) return body;
  throw new UpstreamError({ reason: 'invalid_reply' }, `the reply is not ${what}`);
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, `${what} is not JSON`, { cause });
  }
}
