import type { TokenUsage } from '../token-usage.js';

/**
 * Reads OpenAI's `usage` object, in which `prompt_tokens` includes cached and audio tokens and `completion_tokens`
 * includes reasoning and audio tokens.
 * @returns `undefined` when it holds no token counts
 * @see https://platform.openai.com/docs/api-reference/chat/object#chat-object-usage
 */
export function readUsage(usage: unknown): TokenUsage | undefined {
  if (!isRecord(usage)) return undefined;
  const prompt = count(usage['prompt_tokens']);
  const completion = count(usage['completion_tokens']);
  if (prompt === undefined && completion === undefined) return undefined;

  const promptDetails = record(usage['prompt_tokens_details']);
  const completionDetails = record(usage['completion_tokens_details']);
  // OpenAI's place, then DeepSeek's and Mistral's.
  const cacheReadTokens =
    count(promptDetails['cached_tokens']) ??
    count(usage['prompt_cache_hit_tokens']) ??
    count(usage['num_cached_tokens']);
  const cacheWriteTokens = count(promptDetails['cache_write_tokens']);
  const audioInputTokens = count(promptDetails['audio_tokens']);
  const audioOutputTokens = count(completionDetails['audio_tokens']);
  return {
    inputTokens: rest(prompt, cacheReadTokens, cacheWriteTokens, audioInputTokens),
    cacheReadTokens,
    cacheWriteTokens,
    audioInputTokens,
    outputTokens: rest(completion, audioOutputTokens),
    audioOutputTokens,
    reasoningTokens: count(completionDetails['reasoning_tokens']),
  };
}

function rest(total = 0, ...parts: (number | undefined)[]): number {
  return Math.max(
    0,
    parts.reduce<number>((left, part) => left - (part ?? 0), total),
  );
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
