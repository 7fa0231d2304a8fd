import { append } from '../append.js';
import type { Passthrough } from '../dialect.js';
import { asList, asObject, asText } from '../fields.js';
import { parseReply, replyWith } from '../json.js';
import { type JsonEdit, type JsonMember, OPEN_BRACE, applyEdits, readMembers } from '../json-members.js';
import { modelEdits } from '../model-name.js';
import { type ReplyFacts, wholeText } from '../reply-facts.js';
import { DONE } from './openai-chat.stream-encoder.js';
import { ChatStreamWatch } from './openai-chat.stream-watch.js';
import { readUsage } from './openai-chat.usage.js';
import { writtenIn } from './openai-chat.written.js';

const ASK_FOR_USAGE = '"include_usage":true';

/** For a client and a vendor that both speak OpenAI's chat completions. */
export const openAiChatPassthrough: Passthrough = {
  toUpstreamBody,
  readReply,
  streamWatch: () => new ChatStreamWatch(),
  terminal: DONE,
};

/**
 * The client's body for a vendor that speaks the same dialect: the model's name and, where it is needed,
 * `stream_options.include_usage` are spliced in; every other byte stays.
 */
function toUpstreamBody(body: Buffer, { model, askForUsage }: Parameters<Passthrough['toUpstreamBody']>[1]): Buffer {
  const members = readMembers(body);
  const edits = modelEdits(body, members, model);
  if (askForUsage) append(edits, usageEdits(body, members));
  return applyEdits(body, edits);
}

function usageEdits(body: Buffer, members: readonly JsonMember[]): JsonEdit[] {
  const options = members.filter((member) => member.key === 'stream_options');
  if (options.length === 0) {
    const start = body.indexOf(OPEN_BRACE) + 1;
    return [{ start, end: start, text: `"stream_options":{${ASK_FOR_USAGE}}${members.length > 0 ? ',' : ''}` }];
  }
  return options.flatMap(({ start, end }) => {
    if (body[start] !== OPEN_BRACE) return [{ start, end, text: `{${ASK_FOR_USAGE}}` }];
    const inner = readMembers(body, start);
    const asked = inner.filter((member) => member.key === 'include_usage');
    if (asked.length > 0) return asked.map((member) => ({ start: member.start, end: member.end, text: 'true' }));
    return [{ start: start + 1, end: start + 1, text: `${ASK_FOR_USAGE}${inner.length > 0 ? ',' : ''}` }];
  });
}

function readReply(bytes: Buffer): ReplyFacts {
  const body = replyWith(parseReply(bytes), 'choices', 'a chat completion');
  const choices = asList(body['choices']).map(asObject);
  return {
    model: asText(body['model']),
    usage: readUsage(body['usage']),
    finishReason: asText(choices[0]?.['finish_reason']),
    written: () => wholeText(choices.flatMap(({ message }) => writtenIn(message)).join('\n')),
  };
}
