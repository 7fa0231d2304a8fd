import type { JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import type { Reply } from '../reply.js';
import { eventsOf, OutputWriter } from './openai-responses.output-writer.js';
import { responseObject, statusOf } from './openai-responses.response.js';

/** Writes a whole response. A response has one answer: further ones are named as lost. */
export function encodeReply(reply: Reply, context: ReplyContext): JsonObject {
  const [answer, ...others] = reply.choices;
  if (others.length > 0) context.losses.add('n');
  const parts = answer?.parts ?? [];
  const status = statusOf(
    answer?.finish,
    parts.some(({ type }) => type === 'refusal'),
  );
  const writer = new OutputWriter(context, () => undefined);
  for (const [index, part] of parts.entries()) for (const event of eventsOf(part, index)) writer.write(event);
  writer.close(status.status);
  return responseObject(context, reply, { output: writer.items, status, usage: reply.usage });
}
