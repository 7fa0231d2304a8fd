import type { VendorError } from './reply.js';

/** Vendors' classes and codes: OpenAI's, Azure's, Google's. */
const WORD = /^(?:content_filter|content_policy_violation|content_filter_error|moderation_blocked|PROHIBITED_CONTENT)$/;

/** Sentences of Azure, OpenAI, Anthropic, OpenRouter and Bedrock. */
const SENTENCE =
  /content management policy|content filter(?:ing)?|blocked by (?:content|our safety)|safety system|usage policy|requires moderation|(?:was|were|been) flagged/i;

/** Whether a vendor's words about a request say that it will not touch what is in it. */
export function saysContentFilter({ message, type = '', code = '' }: VendorError): boolean {
  return WORD.test(type) || WORD.test(code) || SENTENCE.test(message);
}
