import type { ModelListing } from './http-provider.js';
import type { ProviderCall } from './provider.js';

/**
 * Where OpenAI's API, and every one made after it, has its endpoints.
 * @see https://platform.openai.com/docs/api-reference
 */
export function openAiPath({ operation, dialect }: ProviderCall): string {
  if (operation === 'embed') return '/embeddings';
  return dialect === 'openai-responses' ? '/responses' : '/chat/completions';
}

/** `{ data: [{ id }] }`, or the list without an object around it, as Together has it. */
export const openAiListing: ModelListing = {
  path: '/models',
  read(list) {
    const { data = [] } = (Array.isArray(list) ? { data: list } : list) as { data?: readonly { id?: unknown }[] };
    return data.flatMap(({ id }) => (typeof id === 'string' ? id : []));
  },
};

/** What a vendor that takes its key as OpenAI does is sent with every call. */
export function bearer(apiKey: string | undefined): Readonly<Record<string, string>> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}
