import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asCount, Fields } from '../fields.js';
import type { TokenUsage } from '../token-usage.js';

/** Counts that a stream has told so far: its last event repeats or corrects those of its first. */
export interface UsageCounts {
  readonly input?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly output?: number | undefined;
  readonly thinking?: number | undefined;
}

/**
 * Reads Anthropic's `usage`, whose `input_tokens` leave out cached ones. Runs inside the answer (`iterations`) are in
 * its totals, or, like an advisor's, billed under another model's name.
 * @param before what an earlier event of the same stream told
 * @see https://platform.claude.com/docs/en/api/messages#response-usage
 */
export function readCounts(
  usage: unknown,
  path: string,
  unknown?: UnknownFields,
  before: UsageCounts = {},
): UsageCounts {
  const fields = new Fields(usage, path, unknown);
  const details = new Fields(fields.get('output_tokens_details'), `${path}.output_tokens_details`, unknown);
  const counts = {
    input: asCount(fields.get('input_tokens')) ?? before.input,
    cacheRead: asCount(fields.get('cache_read_input_tokens')) ?? before.cacheRead,
    cacheWrite: asCount(fields.get('cache_creation_input_tokens')) ?? before.cacheWrite,
    output: asCount(fields.get('output_tokens')) ?? before.output,
    thinking: asCount(details.get('thinking_tokens')) ?? before.thinking,
  };
  details.end();
  fields
    .ignore('cache_creation', 'server_tool_use', 'service_tier', 'inference_geo', 'speed', 'iterations')
    .ignore('fallback_credit')
    .end();
  return counts;
}

/** @returns `undefined` where nothing was counted */
export function toUsage({ input, cacheRead, cacheWrite, output, thinking }: UsageCounts): TokenUsage | undefined {
  if (input === undefined && output === undefined) return undefined;
  return {
    inputTokens: input ?? 0,
    ...(cacheRead !== undefined && { cacheReadTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
    outputTokens: output ?? 0,
    ...(thinking !== undefined && { reasoningTokens: thinking }),
  };
}

/** The counts that both a message and the end of a stream have. The SDK's types want every one of them. */
export function usageFields(usage: TokenUsage | undefined): JsonObject {
  return {
    input_tokens: (usage?.inputTokens ?? 0) + (usage?.audioInputTokens ?? 0),
    cache_creation_input_tokens: usage?.cacheWriteTokens ?? 0,
    cache_read_input_tokens: usage?.cacheReadTokens ?? 0,
    output_tokens: (usage?.outputTokens ?? 0) + (usage?.audioOutputTokens ?? 0),
    output_tokens_details: usage?.reasoningTokens === undefined ? null : { thinking_tokens: usage.reasoningTokens },
    server_tool_use: null,
    iterations: null,
    fallback_credit: null,
  };
}

/** The `usage` of a whole message. */
export function messageUsage(usage: TokenUsage | undefined): JsonObject {
  return { ...usageFields(usage), cache_creation: null, inference_geo: null, service_tier: null, speed: null };
}
