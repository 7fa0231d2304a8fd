import type { JsonObject, Signature } from '../conversation.js';
import { asObject, asText } from '../fields.js';
import { readSignature, signatureText } from '../signature-envelope.js';

/** Reads `extra_content.google.thought_signature`, where Gemini's OpenAI endpoint has its signatures. */
export function readThoughtSignature(extraContent: unknown): Signature | undefined {
  const text = asText(asObject(asObject(extraContent)['google'])['thought_signature']) ?? '';
  return text === '' ? undefined : readSignature(text, 'google');
}

/** The field in which clients of that endpoint send a signature back; `{}` where there is none. */
export function writeThoughtSignature(signature: Signature | undefined): JsonObject {
  return signature ? { extra_content: { google: { thought_signature: signatureText(signature, 'google') } } } : {};
}
