import type { VendorError } from './reply.js';

/** Vendors' classes and codes: Anthropic's, OpenAI's, Google's. */
const WORD = /^(?:authentication_error|invalid_api_key|UNAUTHENTICATED|API_KEY_\w+)$/;

/** Google's sentences, at the beginning: further on a message may repeat what the caller wrote. */
const SENTENCE = /^API key (?:not valid|not found|expired)/;

/** Whether a vendor's words say that it refuses the key, whatever status they come with: Gemini answers 400. */
export function saysKeyRefused({ message, type = '', code = '' }: VendorError): boolean {
  return WORD.test(type) || WORD.test(code) || SENTENCE.test(message);
}
