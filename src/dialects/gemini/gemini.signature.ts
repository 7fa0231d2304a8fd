import type { ReasoningPart, Signature } from '../conversation.js';
import { readSignature, signatureText } from '../signature-envelope.js';

const OWN = 'google';

/**
 * Google's word for a call that none of its models made: the validator lets it pass. In base64, since the field is bytes.
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const SKIP_VALIDATION = Buffer.from('skip_thought_signature_validator').toString('base64');

export function readThoughtSignature(text: string | undefined): Signature | undefined {
  return text === undefined || text === '' ? undefined : readSignature(text, OWN);
}

/** Text for a client's `thoughtSignature`: another vendor's is wrapped, so that it is known again when it comes back. */
export function thoughtSignatureText(signature: Signature | undefined): string | undefined {
  return signature && signatureText(signature, OWN);
}

/** @returns the text for the vendor, which can read only its own */
export function ownSignatureText(signature: Signature | undefined): string | undefined {
  return signature?.origin === OWN ? signature.value : undefined;
}

/** Neither Anthropic nor OpenAI signs texts and calls. */
function signsReasoningOnly({ origin }: Signature): boolean {
  return origin === 'anthropic' || origin === 'openai';
}

/**
 * On a text or a call, a signature of a vendor that signs reasoning only belongs to reasoning that was lost on the way
 * (see `CarriedReasoning`).
 * @param known the signatures of the same message's reasoning so far
 * @returns the part's own signature and the reasoning that has to stand before it
 */
export function ownOrCarried(
  signature: Signature | undefined,
  known: ReadonlySet<string>,
): { readonly signature?: Signature | undefined; readonly carried: readonly ReasoningPart[] } {
  if (!signature || !signsReasoningOnly(signature)) return { signature, carried: [] };
  return { carried: known.has(signature.value) ? [] : [{ type: 'reasoning', text: '', signature }] };
}

/**
 * Some of Gemini's clients drop thoughts and keep function calls. Another vendor's signature is therefore repeated on the
 * call that follows its reasoning.
 */
export class CarriedReasoning {
  private signature: Signature | undefined;

  note(signature: Signature | undefined): void {
    if (signature && signsReasoningOnly(signature)) this.signature = signature;
  }

  /** @returns the signature for this call: its own, or else one that has to be carried, which is then given away */
  for(own: Signature | undefined): Signature | undefined {
    if (own) return own;
    const { signature } = this;
    this.signature = undefined;
    return signature;
  }
}
