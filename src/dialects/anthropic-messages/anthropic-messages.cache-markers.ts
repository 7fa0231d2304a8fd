import type { CacheMarker } from '../conversation.js';
import { isObject, objectsIn } from '../fields.js';
import type { Losses } from '../losses.js';

/** @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
const MAX_MARKERS = 4;
const LIFETIMES = new Set<string | undefined>(['5m', '1h']);

/** The `cache_control` of a block; empty where there is none. */
export function cacheField(cache: CacheMarker | undefined, losses: Losses): { cache_control?: object } {
  if (!cache) return {};
  const known = LIFETIMES.has(cache.ttl);
  if (cache.ttl !== undefined && !known) losses.add('cache_control');
  return { cache_control: { type: 'ephemeral', ...(known && { ttl: cache.ttl }) } };
}

/**
 * Removes all but the last markers that Anthropic allows; each of them covers what the earlier ones did.
 * @param blocks in the order of the prompt: tools, system, messages
 */
export function boundCacheMarkers(blocks: readonly Record<string, unknown>[], losses: Losses): void {
  const marked = blocks
    .flatMap((block) => [...inner(block), block])
    .filter((block) => isObject(block['cache_control']));
  const surplus = marked.slice(0, -MAX_MARKERS);
  for (const block of surplus) delete block['cache_control'];
  if (surplus.length > 0) losses.add('cache_control');
}

/** Blocks inside a tool's result. */
function inner(block: Record<string, unknown>): Record<string, unknown>[] {
  return block['type'] === 'tool_result' ? [...objectsIn(block['content'])] : [];
}
