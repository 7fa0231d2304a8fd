import type { AssistantPart, JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asText, Fields, objectsIn } from '../fields.js';
import { replyWith } from '../json.js';
import type { Reply } from '../reply.js';
import { isKnownNative, MESSAGE_MARKS, TOOL_USE_MARKS } from './anthropic-messages.block-kinds.js';
import { readCitation } from './anthropic-messages.citations.js';
import { addRedacted, readThinkingSignature } from './anthropic-messages.signatures.js';
import { readFinish } from './anthropic-messages.stop-reason.js';
import { readCounts, toUsage } from './anthropic-messages.usage.js';

/**
 * Reads a whole message.
 * @see https://platform.claude.com/docs/en/api/messages
 * @throws UpstreamError `invalid_reply` when the body is no message
 */
export function decodeReply(body: unknown, unknown?: UnknownFields): Reply {
  const fields = new Fields(replyWith(body, 'content', 'a message'), 'message', unknown);
  const parts: AssistantPart[] = [];
  for (const block of objectsIn(fields.get('content'))) addBlock(parts, block, unknown);
  const reply = {
    id: asText(fields.get('id')),
    model: asText(fields.get('model')),
    choices: [{ index: 0, parts, finish: readFinish(fields.get('stop_reason'), fields.get('stop_sequence')) }],
    usage: toUsage(readCounts(fields.get('usage'), 'message.usage', unknown)),
  };
  fields.ignore(...MESSAGE_MARKS).end();
  return reply;
}

function addBlock(parts: AssistantPart[], block: JsonObject, unknown: UnknownFields | undefined): void {
  const type = asText(block['type']) ?? '';
  const fields = new Fields(block, `content[${type}]`, unknown);
  fields.ignore('type');
  switch (type) {
    case 'text': {
      const citations = objectsIn(fields.get('citations')).map((citation) =>
        readCitation(citation, 'citation', unknown),
      );
      const text = asText(fields.get('text')) ?? '';
      parts.push({ type: 'text', text, ...(citations.length > 0 && { citations }) });
      break;
    }
    case 'thinking': {
      const signature = readThinkingSignature(asText(fields.get('signature')));
      parts.push({ type: 'reasoning', text: asText(fields.get('thinking')) ?? '', ...(signature && { signature }) });
      break;
    }
    case 'redacted_thinking':
      addRedacted(parts, asText(fields.get('data')) ?? '');
      break;
    case 'tool_use': {
      fields.ignore(...TOOL_USE_MARKS);
      const [id = '', name = ''] = [asText(fields.get('id')), asText(fields.get('name'))];
      parts.push({ type: 'tool-call', id, name, arguments: JSON.stringify(fields.get('input') ?? {}) });
      break;
    }
    default:
      if (!isKnownNative(type)) unknown?.add(`content[${type}]`);
      parts.push({ type: 'native', dialect: 'anthropic-messages', kind: type, value: block });
      return;
  }
  fields.end();
}
