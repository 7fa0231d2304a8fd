import type { Signature, SignatureOrigin } from './conversation.js';

const PREFIX = 'gw1.';

/** What the JSON of every body has in it that holds a signature of {@link wrapSignature}. */
export const WRAPPED_MARK = `"${PREFIX}`;

const ORIGINS: ReadonlySet<string> = new Set<SignatureOrigin>(['anthropic', 'google', 'openai', 'opaque']);

/**
 * A signature as text in a dialect whose own signatures come from another family of models, so that it survives the
 * client and is known again when it comes back: `gw1.` and base64url of JSON.
 */
export function wrapSignature(signature: Signature): string {
  return PREFIX + Buffer.from(JSON.stringify(signature)).toString('base64url');
}

/** @returns the signature inside, or `undefined` for a text that is not one of ours */
export function unwrapSignature(text: string): Signature | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  try {
    const value: Partial<Signature> | null = JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString());
    const { origin, value: inner, id, redacted } = value ?? {};
    if (typeof inner !== 'string' || origin === undefined || !ORIGINS.has(origin)) return undefined;
    return {
      origin,
      value: inner,
      ...(typeof id === 'string' && { id }),
      ...(redacted === true && { redacted }),
    };
  } catch {
    return undefined;
  }
}

/** Text for a field of a dialect of the family `own`: its own signatures as they are, others wrapped. */
export function signatureText(signature: Signature, own: SignatureOrigin): string {
  return signature.origin === own && !signature.value.startsWith(PREFIX) ? signature.value : wrapSignature(signature);
}

/** The reverse of {@link signatureText}. */
export function readSignature(text: string, own: SignatureOrigin): Signature {
  return unwrapSignature(text) ?? { origin: own, value: text };
}

/**
 * Stands where a client's types want a signature, or where it would throw away reasoning without one, and there is none:
 * reasoning of a model that does not sign still comes back, and is known to be unsigned.
 */
export const UNSIGNED = wrapSignature({ origin: 'opaque', value: '' });
