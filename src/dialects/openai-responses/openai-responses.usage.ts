import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asCount, Fields, isObject } from '../fields.js';
import { type TokenUsage, partition } from '../token-usage.js';

/**
 * Reads OpenAI's `usage` of a response, in which `input_tokens` includes what was read from and written to the cache and
 * `output_tokens` includes reasoning.
 * @returns `undefined` when it holds no token counts
 * @see https://platform.openai.com/docs/api-reference/responses/object#responses/object-usage
 */
export function readUsage(value: unknown, unknown?: UnknownFields): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  const usage = new Fields(value, 'usage', unknown);
  const input = asCount(usage.get('input_tokens'));
  const output = asCount(usage.get('output_tokens'));
  const inputDetails = new Fields(usage.get('input_tokens_details'), 'usage.input_tokens_details', unknown);
  const outputDetails = new Fields(usage.get('output_tokens_details'), 'usage.output_tokens_details', unknown);
  const cacheReadTokens = asCount(inputDetails.get('cached_tokens'));
  const cacheWriteTokens = asCount(inputDetails.get('cache_write_tokens'));
  const audioInputTokens = asCount(inputDetails.get('audio_tokens'));
  const reasoningTokens = asCount(outputDetails.get('reasoning_tokens'));
  const audioOutputTokens = asCount(outputDetails.get('audio_tokens'));
  inputDetails.ignore('cache_write_tokens_details', 'text_tokens', 'image_tokens').end();
  outputDetails.ignore('text_tokens', 'image_tokens').end();
  usage.ignore('total_tokens', 'cost', 'cost_details').end();
  if (input === undefined && output === undefined) return undefined;
  const [asked, read, written, heard] = partition(input, cacheReadTokens, cacheWriteTokens, audioInputTokens);
  const [answered, spoken] = partition(output, audioOutputTokens);
  return {
    inputTokens: asked,
    cacheReadTokens: read,
    cacheWriteTokens: written,
    audioInputTokens: heard,
    outputTokens: answered,
    audioOutputTokens: spoken,
    reasoningTokens,
  };
}

/** The same in OpenAI's accounting. Its schema demands the details, so a count that nobody reported is 0 there. */
export function writeUsage(usage: TokenUsage): JsonObject {
  const { cacheReadTokens = 0, cacheWriteTokens = 0, audioInputTokens = 0, audioOutputTokens = 0 } = usage;
  const input = usage.inputTokens + cacheReadTokens + cacheWriteTokens + audioInputTokens;
  const output = usage.outputTokens + audioOutputTokens;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: input + output,
  };
}
