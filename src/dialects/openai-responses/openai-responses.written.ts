import type { JsonObject } from '../conversation.js';
import { objectsIn } from '../fields.js';
import { writtenInPart } from '../written-part.js';
import { finishOf, decodeItem } from './openai-responses.reply.decode.js';

/** The reason of an answer that is not whole, else its status: `completed`, `failed`, `cancelled`. */
export function finishReasonOf(response: JsonObject): string | undefined {
  const { status } = response;
  return status === 'failed' || status === 'cancelled' ? status : finishOf(response, false)?.native;
}

/** What the model wrote in a whole response, in pieces. */
export function writtenIn(response: JsonObject): string[] {
  return objectsIn(response['output']).flatMap((item) => decodeItem(item).flatMap(writtenInPart));
}
