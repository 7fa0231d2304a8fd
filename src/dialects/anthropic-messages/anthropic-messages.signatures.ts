import type { AssistantPart, JsonObject, ReasoningPart, Signature } from '../conversation.js';
import { UNSIGNED, readSignature, signatureText, unwrapSignature, wrapSignature } from '../signature-envelope.js';

/** Whether a signature was written by this gateway, so that Anthropic would refuse it. */
export function isOurs(text: unknown): boolean {
  return typeof text === 'string' && unwrapSignature(text) !== undefined;
}

/** The signature of a `thinking` block. */
export function readThinkingSignature(text: string | undefined): Signature | undefined {
  if (text === undefined || text === '' || text === UNSIGNED) return undefined;
  return readSignature(text, 'anthropic');
}

/** What a `redacted_thinking` block is: hidden reasoning, or a signature that {@link carrierBlock} brought here. */
export function readRedacted(data: string): { readonly signature: Signature; readonly isCarried: boolean } {
  const ours = unwrapSignature(data);
  return {
    signature: ours ?? { origin: 'anthropic', value: data, redacted: true },
    isCarried: ours !== undefined && !ours.redacted,
  };
}

/** Adds what a `redacted_thinking` block says to the parts before it. */
export function addRedacted(parts: AssistantPart[], data: string): void {
  const { signature, isCarried } = readRedacted(data);
  const before = parts.at(-1);
  if (isCarried && (before?.type === 'text' || before?.type === 'tool-call')) {
    parts[parts.length - 1] = { ...before, signature };
  } else parts.push({ type: 'reasoning', text: '', signature });
}

/** Reasoning as Anthropic's client knows it. */
export function thinkingBlock({ text, signature }: ReasoningPart): JsonObject {
  if (signature?.redacted && text === '') return redactedBlock(signature);
  return { type: 'thinking', thinking: text, signature: thinkingSignature(signature) };
}

/** The text of a `thinking` block's signature. */
export function thinkingSignature(signature: Signature | undefined): string {
  if (!signature) return UNSIGNED;
  // Hidden reasoning and a signature are different things to Anthropic.
  return signature.redacted ? wrapSignature(signature) : signatureText(signature, 'anthropic');
}

export function redactedBlock(signature: Signature): JsonObject {
  return { type: 'redacted_thinking', data: signatureText(signature, 'anthropic') };
}

/**
 * Takes a text's or a tool call's signature, for which Anthropic has no place, through the client. It follows its block:
 * in a stream the signature comes last.
 */
export function carrierBlock({ origin, value, id }: Signature): JsonObject {
  return { type: 'redacted_thinking', data: wrapSignature({ origin, value, ...(id !== undefined && { id }) }) };
}
