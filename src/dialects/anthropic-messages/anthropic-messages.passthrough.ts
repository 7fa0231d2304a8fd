import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import type { Passthrough } from '../dialect.js';
import { asObject, asText, isObject, objectsIn } from '../fields.js';
import { applyEdits, type JsonEdit, readMembers } from '../json-members.js';
import type { ReplyFacts } from '../reply-facts.js';
import { withoutOurs } from './anthropic-messages.foreign-blocks.js';
import { MessagesStreamWatch } from './anthropic-messages.stream-watch.js';
import { readCounts, toUsage } from './anthropic-messages.usage.js';
import { writtenIn } from './anthropic-messages.written.js';

/** For a client and a vendor that both speak Anthropic's Messages. */
export const anthropicMessagesPassthrough: Passthrough = {
  toUpstreamBody,
  readReply,
  streamWatch: () => new MessagesStreamWatch(),
  terminal: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
};

/**
 * The client's body with the vendor's name for the model, wherever a server may read it, and without the blocks that this
 * gateway put into an earlier answer by another vendor: Anthropic would refuse them. Every other byte stays.
 */
function toUpstreamBody(body: Buffer, { model }: { readonly model: string }): Buffer {
  const name = JSON.stringify(model);
  const edits = readMembers(body).flatMap(({ key, start, end }): JsonEdit[] => {
    if (key.toLowerCase() === 'model')
      return body.toString('utf8', start, end) === name ? [] : [{ start, end, text: name }];
    return key === 'messages' ? withoutOurs(body, start, end) : [];
  });
  return applyEdits(body, edits);
}

function readReply(bytes: Buffer): ReplyFacts {
  const message = parse(bytes);
  return {
    model: asText(message['model']),
    usage: toUsage(readCounts(message['usage'], 'usage')),
    finishReason: asText(message['stop_reason']),
    written: () => {
      const text = objectsIn(message['content'])
        .flatMap((block) => writtenIn(asObject(block)))
        .join('\n');
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
  if (!isObject(body) || !Array.isArray(body['content'])) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not a message');
  }
  return body;
}
