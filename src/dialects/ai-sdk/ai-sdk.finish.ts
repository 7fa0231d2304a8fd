import { asObject, asText, isObject } from '../fields.js';
import type { Finish, FinishReason } from '../reply.js';
import { valueIn } from '../table.js';

/** Why an answer ended, in the specification's word and the vendor's own. */
export interface FinishWords {
  readonly unified: string;
  readonly raw: string | undefined;
}

const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content-filter',
  'tool-calls': 'tool-calls',
};

/** Vendors' words that say more than the specification's. They are Anthropic's, whose packages hand them on. */
const VENDOR_REASONS: Readonly<Record<string, FinishReason>> = {
  stop_sequence: 'stop-sequence',
  refusal: 'refusal',
  pause_turn: 'pause',
  model_context_window_exceeded: 'context-window',
};

/** V2 has one word, V3 and V4 have two. */
export function finishWords(finishReason: unknown): FinishWords {
  if (isObject(finishReason)) {
    return { unified: asText(finishReason['unified']) ?? 'other', raw: asText(finishReason['raw']) };
  }
  const word = asText(finishReason) ?? 'unknown';
  if (word === 'unknown') return { unified: 'other', raw: undefined };
  return { unified: word, raw: word };
}

/** @param metadata the answer's `providerMetadata`, in which Anthropic's packages name the stop sequence */
export function readFinish({ unified, raw }: FinishWords, metadata: unknown): Finish {
  const reason = (raw !== undefined && valueIn(VENDOR_REASONS, raw)) || (valueIn(REASONS, unified) ?? 'other');
  const stopSequence = Object.values(asObject(metadata))
    .map((fields) => asText(asObject(fields)['stopSequence']))
    .find((sequence) => sequence !== undefined);
  return {
    reason,
    ...(reason === 'stop-sequence' && stopSequence !== undefined && { stopSequence }),
    native: raw ?? unified,
  };
}

/**
 * Whether a stream that ends with these words has been cut: packages end a stream without the vendor's own end with
 * `interrupted`, or with `other` and no word of the vendor's.
 */
export function isCut({ unified, raw }: FinishWords): boolean {
  return unified === 'interrupted' || (unified === 'other' && raw === undefined);
}
