import type { JsonObject, Signature } from '../conversation.js';
import { asText, objectsIn } from '../fields.js';
import { UNSIGNED, signatureText, unwrapSignature, wrapSignature } from '../signature-envelope.js';

/** Begins the ids of items that the gateway made up; they mean nothing to OpenAI and do not go back to it. */
const OWN_ID = /^(?:msg|rs|fc|ctc|ig)_gw_/;

const TEXT = 'text';
const CALL = 'call:';

/** Where a signature belongs that came in a reasoning item of its own. */
export type Carried =
  | { readonly to: 'text'; readonly signature: Signature }
  | { readonly to: 'call'; readonly callId: string; readonly signature: Signature };

/**
 * Gemini signs tool calls and texts, for which a response has no place: such a signature travels in a reasoning item
 * beside its part, wrapped, and names the part in the wrapper's id, so that it finds it wherever a client puts the item.
 * @returns the item's `encrypted_content`
 */
export function carrySignature(signature: Signature, callId: string | undefined): string {
  return wrapSignature({ ...signature, id: callId === undefined ? TEXT : CALL + callId });
}

/**
 * Reads the signature of a reasoning item: OpenAI's own, another family's, or one that belongs to another part.
 * @returns `undefined` for reasoning that nobody has signed
 */
export function readItemSignature(
  encrypted: string | undefined,
  itemId: string | undefined,
): Signature | Carried | undefined {
  if (encrypted === undefined || encrypted === '' || encrypted === UNSIGNED) return undefined;
  const wrapped = unwrapSignature(encrypted);
  if (!wrapped) {
    const id = itemId === undefined || OWN_ID.test(itemId) ? undefined : itemId;
    return { origin: 'openai', value: encrypted, ...(id !== undefined && { id }) };
  }
  const { id, ...signature } = wrapped;
  if (id === TEXT) return { to: 'text', signature };
  if (id?.startsWith(CALL)) return { to: 'call', callId: id.slice(CALL.length), signature };
  return wrapped;
}

/** A reasoning item. @param ownId its id where the signature brings none of OpenAI's */
export function reasoningItem(text: string, signature: Signature | undefined, ownId: string): JsonObject {
  const id = signature?.origin === 'openai' ? signature.id : undefined;
  return {
    id: id ?? ownId,
    type: 'reasoning',
    summary: summaryOf(text),
    // The AI SDK throws reasoning away that has none.
    encrypted_content: signature ? signatureText(signature, 'openai') : UNSIGNED,
  };
}

export function summaryOf(text: string): readonly JsonObject[] {
  return text === '' ? [] : [{ type: 'summary_text', text }];
}

/** The summary, or the reasoning itself from servers that show it; texts are joined with blank lines. */
export function reasoningText(item: JsonObject): string {
  const texts = (list: unknown) => objectsIn(list).flatMap((part) => asText(part['text']) || []);
  const summary = texts(item['summary']);
  return (summary.length > 0 ? summary : texts(item['content'])).join('\n\n');
}
