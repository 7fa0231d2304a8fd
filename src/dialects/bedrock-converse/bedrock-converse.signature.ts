import type { Signature } from '../conversation.js';

/** Anthropic's `redacted_thinking.data`, which Bedrock carries as bytes. */
const BASE64_TEXT = /^[\w+/=-]+$/;

/** Of the models at Bedrock only Claude signs its reasoning. */
export function readSignature(value: string): Signature {
  return { origin: 'anthropic', value };
}

/**
 * Hidden reasoning. Claude's bytes are the text that Anthropic's own API gives, so that it can go there too.
 * @param bytes of `redactedContent`
 */
export function readRedacted(bytes: Buffer): Signature {
  const text = bytes.toString('latin1');
  return BASE64_TEXT.test(text)
    ? { origin: 'anthropic', value: text, redacted: true }
    : { origin: 'opaque', value: bytes.toString('base64'), redacted: true };
}

/** The reverse of {@link readRedacted}: base64, as JSON carries bytes. */
export function redactedContent({ value }: Signature): string {
  return Buffer.from(value).toString('base64');
}
