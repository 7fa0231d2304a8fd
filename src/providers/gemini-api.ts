import type { ProviderCall } from './provider.js';

/**
 * What Gemini's API, at Google and at Vertex, calls the method of a call. Embeddings are Google's own alone.
 * @see https://ai.google.dev/api
 */
export function geminiMethod({ operation, stream }: ProviderCall): string {
  if (operation === 'count-tokens') return 'countTokens';
  if (operation === 'embed') return 'batchEmbedContents';
  return stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
}
