import type { Passthrough } from '../dialect.js';
import { asText } from '../fields.js';
import { parseReply, replyWith } from '../json.js';
import { withModel } from '../model-name.js';
import { type ReplyFacts, wholeText } from '../reply-facts.js';
import { ResponsesStreamWatch } from './openai-responses.stream-watch.js';
import { readUsage } from './openai-responses.usage.js';
import { finishReasonOf, writtenIn } from './openai-responses.written.js';

/** Client and vendor both speak it. Every answer reports its usage, so it need not be asked for. */
export const openAiResponsesPassthrough: Passthrough = {
  toUpstreamBody: (body, { model }) => withModel(body, model),
  readReply,
  streamWatch: () => new ResponsesStreamWatch(),
  terminal: '',
};

function readReply(bytes: Buffer): ReplyFacts {
  const body = replyWith(parseReply(bytes), 'output', 'a response object');
  return {
    model: asText(body['model']),
    usage: readUsage(body['usage']),
    finishReason: finishReasonOf(body),
    written: () => wholeText(writtenIn(body).join('\n')),
  };
}
