import type { Finish, FinishReason } from '../reply.js';
import { valueIn } from '../table.js';

const REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  compaction: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-window',
};

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  'context-window': 'model_context_window_exceeded',
  other: 'end_turn',
};

/** @returns `undefined` for an answer that has not ended */
export function readFinish(stopReason: unknown, stopSequence: unknown): Finish | undefined {
  if (typeof stopReason !== 'string') return undefined;
  return {
    reason: valueIn(REASONS, stopReason) ?? 'other',
    ...(typeof stopSequence === 'string' && { stopSequence }),
    native: stopReason,
  };
}

/** The two fields that tell why an answer ended. */
export function stopFields(finish: Finish | undefined): { stop_reason: string | null; stop_sequence: string | null } {
  return {
    stop_reason: finish ? STOP_REASONS[finish.reason] : null,
    stop_sequence: finish?.stopSequence ?? null,
  };
}
