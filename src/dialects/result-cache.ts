import type { CacheMarker, ToolResultPart } from './conversation.js';
import type { Losses } from './losses.js';

/**
 * The cache marker of a tool's result, for a dialect that can mark no part inside it. That of the last part asks for the
 * same prompt to be cached; an earlier one is lost.
 */
export function resultCache({ cache, parts }: ToolResultPart, losses: Losses): CacheMarker | undefined {
  const markers = parts.map((part) => ('cache' in part ? part.cache : undefined));
  if (markers.slice(0, -1).some((marker) => marker)) losses.add('cache_control');
  return cache ?? markers.at(-1);
}
