import { type UnknownFields } from '../dialect.js';
import { Fields, asCount } from '../fields.js';
import type { TokenUsage } from '../token-usage.js';

/**
 * Converse counts cached input apart: `inputTokens + cacheReadInputTokens + cacheWriteInputTokens + outputTokens` is
 * `totalTokens`. The `…Count` twins repeat a number, `cacheDetails` splits one by lifetime.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function readUsage(value: unknown, unknown: UnknownFields | undefined): TokenUsage | undefined {
  const fields = new Fields(value, 'usage', unknown);
  const inputTokens = asCount(fields.get('inputTokens'));
  const outputTokens = asCount(fields.get('outputTokens'));
  const cacheReadTokens = asCount(fields.get('cacheReadInputTokens') ?? fields.get('cacheReadInputTokenCount'));
  const cacheWriteTokens = asCount(fields.get('cacheWriteInputTokens') ?? fields.get('cacheWriteInputTokenCount'));
  fields
    .ignore('totalTokens', 'cacheReadInputTokenCount', 'cacheWriteInputTokenCount', 'cacheDetails', 'serverToolUsage')
    .end();
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens,
    ...(cacheReadTokens !== undefined && { cacheReadTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
  };
}
