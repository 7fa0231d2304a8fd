import type { JsonObject } from '../conversation.js';
import { asCount, asObject, asText, isObject } from '../fields.js';
import { parseJson } from '../json.js';
import { SseReader } from '../sse.js';

/** What a client has been sent of a response that another server wrote, as far as more events have to fit to it. */
export interface AdoptedStream {
  readonly responseId: string | undefined;
  /** The number that the next event has. */
  readonly nextSequence: number;
  /** The items that are whole, in the order of the output. */
  readonly items: readonly JsonObject[];
  /** The item that is being written. */
  readonly open: JsonObject | undefined;
}

/** @param sent the events, as server-sent events; those that cannot be read are left out */
export function readAdoptedStream(sent: Buffer): AdoptedStream {
  const reader = new SseReader();
  const items = new Map<number, JsonObject>();
  const open = new Map<number, JsonObject>();
  let responseId: string | undefined;
  let nextSequence = 0;
  for (const data of [...reader.push(sent), ...reader.end()]) {
    const event = parseJson(data);
    if (!isObject(event)) continue;
    nextSequence = Math.max(nextSequence, (asCount(event['sequence_number']) ?? -1) + 1);
    responseId ??= asText(asObject(event['response'])['id']);
    const index = asCount(event['output_index']) ?? 0;
    if (event['type'] === 'response.output_item.added') open.set(index, asObject(event['item']));
    if (event['type'] === 'response.output_item.done') {
      open.delete(index);
      items.set(index, asObject(event['item']));
    }
  }
  const inOrder = [...items].toSorted(([a], [b]) => a - b).map(([, item]) => item);
  return { responseId, nextSequence, items: inOrder, open: [...open.values()].at(-1) };
}
