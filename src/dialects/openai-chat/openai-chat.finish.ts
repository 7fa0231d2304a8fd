import type { Finish, FinishReason } from '../reply.js';
import { valueIn } from '../table.js';

/** OpenAI's words, then those that other vendors of this dialect use. */
const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  eos: 'stop',
  end_turn: 'stop',
  complete: 'stop',
  completed: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_length: 'context-window',
  model_context_window_exceeded: 'context-window',
  tool_use: 'tool-calls',
  tool_call: 'tool-calls',
  safety: 'content-filter',
  recitation: 'content-filter',
  refusal: 'refusal',
  pause_turn: 'pause',
};

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  'context-window': 'length',
  other: 'stop',
};

interface Answered {
  readonly calls: boolean;
  readonly refusal: boolean;
  /** The stop sequence that was met, where the server names it (vLLM's `stop_reason`, SGLang's `matched_stop`). */
  readonly stopSequence?: string | undefined;
}

/** A finish reason in the light of what was answered: some vendors say `stop` after tool calls too. */
export function readFinish(native: string, { calls, refusal, stopSequence }: Answered): Finish {
  const reason = valueIn(REASONS, native.toLowerCase()) ?? 'other';
  if (reason !== 'stop') return { reason, native };
  if (calls) return { reason: 'tool-calls', native };
  if (refusal) return { reason: 'refusal', native };
  if (stopSequence !== undefined) return { reason: 'stop-sequence', stopSequence, native };
  return { reason, native };
}

/**
 * OpenAI's word for why an answer ended.
 * @param hasRefusal the answer says itself that it is a refusal, as OpenAI's do
 */
export function writeFinish(finish: Finish | undefined, hasRefusal: boolean): string {
  if (!finish || (finish.reason === 'refusal' && hasRefusal)) return 'stop';
  return WORDS[finish.reason];
}
