import type { Passthrough } from '../dialect.js';
import { asText, objectsIn } from '../fields.js';
import { parseReply, replyWith } from '../json.js';
import { applyEdits, type JsonEdit, readMembers } from '../json-members.js';
import { modelEdits } from '../model-name.js';
import { type ReplyFacts, wholeText } from '../reply-facts.js';
import { withoutOurs } from './anthropic-messages.foreign-blocks.js';
import { withReplyModel } from './anthropic-messages.reply-model.js';
import { MessagesStreamWatch } from './anthropic-messages.stream-watch.js';
import { readCounts, toUsage } from './anthropic-messages.usage.js';
import { writtenIn } from './anthropic-messages.written.js';

/** For a client and a vendor that both speak Anthropic's Messages. */
export const anthropicMessagesPassthrough: Passthrough = {
  toUpstreamBody,
  readReply,
  streamWatch: () => new MessagesStreamWatch(),
  withReplyModel,
  terminal: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
};

/**
 * The client's body with the vendor's name for the model, wherever a server may read it, and without the blocks that this
 * gateway put into an earlier answer by another vendor: Anthropic would refuse them. Every other byte stays.
 */
function toUpstreamBody(body: Buffer, { model }: { readonly model: string }): Buffer {
  const members = readMembers(body);
  const cleaned = members.flatMap(({ key, start, end }): JsonEdit[] => {
    return key === 'messages' ? withoutOurs(body, start, end) : [];
  });
  return applyEdits(body, [...modelEdits(body, members, model), ...cleaned]);
}

function readReply(bytes: Buffer): ReplyFacts {
  const message = replyWith(parseReply(bytes), 'content', 'a message');
  return {
    model: asText(message['model']),
    usage: toUsage(readCounts(message['usage'], 'usage')),
    finishReason: asText(message['stop_reason']),
    written: () => wholeText(objectsIn(message['content']).flatMap(writtenIn).join('\n')),
  };
}
