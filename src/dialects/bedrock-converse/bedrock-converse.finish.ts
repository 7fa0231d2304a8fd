import { asObject, asText } from '../fields.js';
import type { Finish, FinishReason } from '../reply.js';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (stopReason) */
const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['tool_use', 'tool-calls'],
  ['max_tokens', 'length'],
  ['stop_sequence', 'stop-sequence'],
  ['guardrail_intervened', 'content-filter'],
  ['content_filtered', 'content-filter'],
  ['model_context_window_exceeded', 'context-window'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
]);

/**
 * Why the answer ended; `undefined` where Bedrock does not say.
 * @param modelFields `additionalModelResponseFields`: holds Claude's stop sequence, which the request asks for
 */
export function readFinish(stopReason: unknown, modelFields: unknown): Finish | undefined {
  const native = asText(stopReason);
  if (native === undefined) return undefined;
  const fields = asObject(modelFields);
  const stopSequence = asText(fields.stop_sequence) ?? asText(asObject(fields.delta).stop_sequence);
  return {
    reason: REASONS.get(native) ?? 'other',
    ...(stopSequence !== undefined && { stopSequence }),
    native,
  };
}
