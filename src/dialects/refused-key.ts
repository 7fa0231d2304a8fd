import type { VendorError } from './reply.js';

/** Vendors' codes and classes: OpenAI's, Anthropic's, Google's. */
const WORDS = new Set([
  'invalid_api_key',
  'authentication_error',
  'API_KEY_INVALID',
  'API_KEY_SERVICE_BLOCKED',
  'UNAUTHENTICATED',
]);

/** Google's sentences, at the beginning: further on a message may repeat what the caller wrote. */
const SENTENCE = /^API key (?:not valid|not found|expired)/;

/**
 * Whether a vendor's words say that it refuses the key, whatever the status is that they come with: Gemini answers 400.
 */
export function saysKeyRefused({ message, type, code }: Pick<VendorError, 'message' | 'type' | 'code'>): boolean {
  return WORDS.has(type ?? '') || WORDS.has(code ?? '') || SENTENCE.test(message);
}
