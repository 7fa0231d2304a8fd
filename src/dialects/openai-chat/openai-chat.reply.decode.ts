import { UpstreamError } from '../../errors/upstream-error.js';
import { collectReply } from '../collect-reply.js';
import type { UnknownFields } from '../dialect.js';
import { isObject } from '../fields.js';
import type { Reply } from '../reply.js';
import { ChunkDecoder } from './openai-chat.chunk-decoder.js';

/**
 * Reads a whole chat completion.
 * @throws UpstreamError `status` for an error that the vendor sent in place of an answer (OpenRouter does, with 200);
 * `invalid_reply` for anything else that is no chat completion
 */
export function decodeReply(body: unknown, unknown?: UnknownFields): Reply {
  if (!isObject(body)) throw noCompletion();
  const events = new ChunkDecoder('message', unknown).read(body);
  for (const event of events) {
    if (event.type !== 'error') continue;
    const { error } = event;
    const failure = { reason: 'status', status: error.status ?? 502, body: Buffer.alloc(0), reported: error } as const;
    throw new UpstreamError(failure, 'the provider reported an error in place of an answer');
  }
  if (!Array.isArray(body['choices'])) throw noCompletion();
  return collectReply(events);
}

function noCompletion(): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not a chat completion');
}
