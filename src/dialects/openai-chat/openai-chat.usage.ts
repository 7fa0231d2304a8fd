import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asCount, asObject, compact, compactOrNothing, Fields, isObject } from '../fields.js';
import { type TokenUsage, partition } from '../token-usage.js';

/** Money, times, and parts of the tokens that no bucket keeps apart. */
const NO_TOKENS = `cost cost_details cost_in_usd_ticks is_byok estimated_cost
  queue_time prompt_time completion_time total_time request_count service_tier speed inference_geo
  citation_tokens num_search_queries search_context_size num_sources_used prompt_audio_seconds
  server_tool_use server_tool_use_details server_side_tool_usage_details
  prompt_cache_miss_tokens prompt_token_details billed_units tokens
  input_tokens output_tokens input_tokens_details output_tokens_details`.split(/\s+/);
const PROMPT_PARTS = ['text_tokens', 'image_tokens', 'video_tokens', 'file_tokens', 'cache_creation_tokens'];
const COMPLETION_PARTS = `text_tokens image_tokens video_tokens
  accepted_prediction_tokens rejected_prediction_tokens`.split(/\s+/);

/**
 * Reads OpenAI's `usage` object, in which `prompt_tokens` includes cached and audio tokens and `completion_tokens`
 * includes reasoning and audio tokens.
 * @returns `undefined` when it holds no token counts
 * @see https://platform.openai.com/docs/api-reference/chat/object#chat-object-usage
 */
export function readUsage(value: unknown, unknown?: UnknownFields): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  const usage = new Fields(value, 'usage', unknown).ignore(...NO_TOKENS);
  const promptDetails = new Fields(usage.get('prompt_tokens_details'), 'usage.prompt_tokens_details', unknown);
  const completionDetails = new Fields(
    usage.get('completion_tokens_details'),
    'usage.completion_tokens_details',
    unknown,
  );
  const prompt = asCount(usage.get('prompt_tokens'));
  const completion = asCount(usage.get('completion_tokens'));
  const total = asCount(usage.get('total_tokens'));
  const reasoning = asCount(completionDetails.get('reasoning_tokens')) ?? asCount(usage.get('reasoning_tokens'));
  // OpenAI's place, then DeepSeek's, Mistral's, Moonshot's and LiteLLM's.
  const cacheReadTokens = firstCount(
    promptDetails.get('cached_tokens'),
    usage.get('prompt_cache_hit_tokens'),
    usage.get('num_cached_tokens'),
    usage.get('cached_tokens'),
    usage.get('cache_read_input_tokens'),
  );
  const cacheWriteTokens = firstCount(
    promptDetails.get('cache_write_tokens'),
    usage.get('cache_creation_input_tokens'),
  );
  const audioInputTokens = asCount(promptDetails.get('audio_tokens'));
  const audioOutputTokens = asCount(completionDetails.get('audio_tokens'));
  promptDetails.ignore(...PROMPT_PARTS).end();
  completionDetails.ignore(...COMPLETION_PARTS).end();
  usage.end();

  if (prompt === undefined && completion === undefined) return undefined;
  const output = outputOf(completion, { prompt, total, reasoning });
  const [input, read, written, heard] = partition(prompt, cacheReadTokens, cacheWriteTokens, audioInputTokens);
  const [answered, spoken] = partition(output, audioOutputTokens);
  return {
    inputTokens: input,
    cacheReadTokens: read,
    cacheWriteTokens: written,
    audioInputTokens: heard,
    outputTokens: answered,
    audioOutputTokens: spoken,
    // Perplexity's deep research reasons in tokens that its totals leave out.
    reasoningTokens: reasoning !== undefined && reasoning <= (output ?? 0) ? reasoning : undefined,
  };
}

/** Where a chunk or a reply keeps its usage: OpenAI's place, Groq's (streams), Moonshot's. */
export function usageIn(body: JsonObject, unknown?: UnknownFields): TokenUsage | undefined {
  const usage = readUsage(body['usage'], unknown) ?? readUsage(asObject(body['x_groq'])['usage'], unknown);
  if (usage || !Array.isArray(body['choices'])) return usage;
  const first: unknown = body['choices'][0];
  return readUsage(asObject(first)['usage'], unknown);
}

/** The same in OpenAI's accounting. */
export function writeUsage(usage: TokenUsage): JsonObject {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, audioInputTokens, outputTokens, audioOutputTokens } = usage;
  const prompt = inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) + (audioInputTokens ?? 0);
  const completion = outputTokens + (audioOutputTokens ?? 0);
  return compact({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: compactOrNothing({
      cached_tokens: cacheReadTokens,
      cache_write_tokens: cacheWriteTokens,
      audio_tokens: audioInputTokens,
    }),
    completion_tokens_details: compactOrNothing({
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: audioOutputTokens,
    }),
  });
}

interface Counts {
  readonly prompt: number | undefined;
  readonly total: number | undefined;
  readonly reasoning: number | undefined;
}

/** xAI leaves reasoning out of `completion_tokens` and counts it in the total. */
function outputOf(completion: number | undefined, { prompt = 0, total, reasoning = 0 }: Counts): number | undefined {
  if (completion === undefined || total === undefined) return completion;
  return prompt + completion + reasoning === total ? completion + reasoning : completion;
}

function firstCount(...values: readonly unknown[]): number | undefined {
  return values.map(asCount).find((count) => count !== undefined);
}
