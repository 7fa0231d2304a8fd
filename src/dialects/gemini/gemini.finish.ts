import type { Finish, FinishReason } from '../reply.js';
import { valueIn } from '../table.js';

/**
 * Why Gemini ends an answer, and what that means elsewhere.
 * @see https://ai.google.dev/api/generate-content#FinishReason
 */
const REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  CONTINUATION: 'pause',
  LANGUAGE: 'other',
  OTHER: 'other',
  FINISH_REASON_UNSPECIFIED: 'other',
  MALFORMED_FUNCTION_CALL: 'other',
  MALFORMED_RESPONSE: 'other',
  UNEXPECTED_TOOL_CALL: 'other',
  TOO_MANY_TOOL_CALLS: 'other',
  MISSING_THOUGHT_SIGNATURE: 'other',
  IMAGE_OTHER: 'other',
  NO_IMAGE: 'other',
  ESCALATION: 'other',
  PUP_LIMITED_DISABLED: 'other',
};

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'context-window': 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  pause: 'OTHER',
  other: 'OTHER',
};

/** @param called whether the answer calls functions, which Gemini ends like any other */
export function decodeFinish(native: string, called: boolean): Finish {
  const reason = valueIn(REASONS, native) ?? 'other';
  return { reason: reason === 'stop' && called ? 'tool-calls' : reason, native };
}

/** A prompt that was refused has no answer at all, only the reason of it. */
export function blockedFinish(native: string): Finish {
  return { reason: 'content-filter', native };
}

/** Gemini's own word goes back as it was, as long as it says the same. */
export function encodeFinish({ reason, native }: Finish): string {
  const own = valueIn(REASONS, native);
  return own === reason || (own === 'stop' && reason === 'tool-calls') ? native : WORDS[reason];
}
