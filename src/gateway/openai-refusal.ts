import type { JsonObject } from '../dialects/conversation.js';
import { isObject } from '../dialects/fields.js';
import { readMembers } from '../dialects/json-members.js';

/**
 * A vendor's refusal as OpenAI's SDKs read it: the bytes of `error`, without what stands beside it (OpenRouter names the
 * account's user there); a body without `error` becomes one with its message.
 * @param value the parsed body
 */
export function openAiRefusal(body: Buffer, value: JsonObject): Buffer | undefined {
  const members = readMembers(body);
  const error = members.findLast(({ key }) => key === 'error');
  if (error && isObject(value['error'])) {
    if (members.length === 1) return body;
    return Buffer.concat([Buffer.from('{"error":'), body.subarray(error.start, error.end), Buffer.from('}')]);
  }
  const message = ['message', 'error', 'detail'].map((field) => value[field]).find((text) => typeof text === 'string');
  if (message === undefined) return undefined;
  return Buffer.from(JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }));
}
