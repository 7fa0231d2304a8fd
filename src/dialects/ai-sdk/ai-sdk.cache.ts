import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { CacheMarker } from '../conversation.js';

/**
 * Prompt caching is told in Anthropic's options; the packages of other vendors that cache on request look there too.
 */
export function cacheOptions(cache: CacheMarker | undefined): { providerOptions?: SharedV4ProviderOptions } {
  if (!cache) return {};
  const cacheControl = { type: 'ephemeral', ...(cache.ttl !== undefined && { ttl: cache.ttl }) };
  return { providerOptions: { anthropic: { cacheControl } } };
}
