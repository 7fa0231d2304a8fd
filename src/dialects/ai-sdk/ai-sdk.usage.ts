import type { JsonObject } from '../conversation.js';
import { asCount, asObject, isObject } from '../fields.js';
import type { TokenUsage } from '../token-usage.js';

interface Counts {
  readonly input?: number | undefined;
  readonly noCache?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly output?: number | undefined;
  readonly text?: number | undefined;
  readonly reasoning?: number | undefined;
}

/**
 * Reads `usage` of any version of the specification: V2 has flat counts, V3 and V4 nested ones.
 * @returns `undefined` when the vendor reported none; some packages then write 0 for the totals
 */
export function readUsage(usage: unknown): TokenUsage | undefined {
  const counts = countsOf(asObject(usage));
  const { cacheRead, cacheWrite, reasoning } = counts;
  const output = counts.output ?? sum(counts.text, reasoning);
  const input = freshInput(counts);
  if (input === undefined && output === undefined) return undefined;
  if (!counts.input && !counts.noCache && !cacheRead && !cacheWrite && !output) return undefined;
  return {
    inputTokens: input ?? 0,
    ...(cacheRead !== undefined && { cacheReadTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
    outputTokens: output ?? 0,
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

function countsOf(usage: JsonObject): Counts {
  const { inputTokens, outputTokens } = usage;
  const input = isObject(inputTokens) ? inputTokens : { total: inputTokens, cacheRead: usage['cachedInputTokens'] };
  const output = isObject(outputTokens) ? outputTokens : { total: outputTokens, reasoning: usage['reasoningTokens'] };
  return {
    input: asCount(input['total']),
    noCache: asCount(asObject(input)['noCache']),
    cacheRead: asCount(input['cacheRead']),
    cacheWrite: asCount(asObject(input)['cacheWrite']),
    output: asCount(output['total']),
    text: asCount(asObject(output)['text']),
    reasoning: asCount(output['reasoning']),
  };
}

/** Input that no cache had a part in. A total that is smaller than its cached parts does not include them. */
function freshInput({ input, noCache, cacheRead = 0, cacheWrite = 0 }: Counts): number | undefined {
  if (input === undefined) return noCache;
  const rest = input - cacheRead - cacheWrite;
  return rest >= 0 ? rest : (noCache ?? input);
}

function sum(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
}
