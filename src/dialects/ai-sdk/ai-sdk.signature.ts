import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { JsonObject, Signature } from '../conversation.js';
import { asObject, asText, isObject } from '../fields.js';
import { parseJson } from '../json.js';

/** Provider packages that give Anthropic's signatures, each under its own name. */
const ANTHROPIC = /anthropic|bedrock/i;
const OPENAI = /^(openai|azure)/i;

/**
 * The signature of a reasoning part. One that belongs to no family of models is kept whole, as the package gave it.
 * @param metadata the part's `providerMetadata`
 */
export function readSignature(metadata: unknown): Signature | undefined {
  const packages = Object.entries(asObject(metadata));
  for (const [name, fields] of packages) {
    const known = isObject(fields) ? knownSignature(name, fields) : undefined;
    if (known) return known;
  }
  const saysSomething = packages.some(([, fields]) => Object.values(asObject(fields)).some(isSaid));
  return saysSomething ? { origin: 'opaque', value: JSON.stringify(metadata) } : undefined;
}

/** Google's signature, the only one that also stands at texts and tool calls. */
export function readThoughtSignature(metadata: unknown): Signature | undefined {
  for (const fields of Object.values(asObject(metadata))) {
    const value = asText(asObject(fields)['thoughtSignature']);
    if (value) return { origin: 'google', value };
  }
  return undefined;
}

/** OpenRouter's reasoning so far, all of it in one list, which it repeats at tool calls and at the end. */
export function readReasoningDetails(metadata: unknown): Signature | undefined {
  const details = asObject(asObject(metadata)['openrouter'])['reasoning_details'];
  if (!Array.isArray(details) || details.length === 0) return undefined;
  return { origin: 'opaque', value: JSON.stringify(details) };
}

/** @returns the signature where the packages of its origin look for it, `undefined` when no part can carry it */
export function signatureOptions({ origin, value, id, redacted }: Signature): SharedV4ProviderOptions | undefined {
  if (origin === 'opaque') return packageOptions(value);
  if (origin === 'google') return { google: { thoughtSignature: value } };
  if (origin === 'openai') {
    return { openai: { reasoningEncryptedContent: value, ...(id !== undefined && { itemId: id }) } };
  }
  const proof = redacted ? { redactedData: value } : { signature: value };
  return { anthropic: proof, bedrock: proof };
}

/** The list that {@link readReasoningDetails} made a signature of. OpenRouter's package takes it at the message. */
export function reasoningDetailsOptions({ origin, value }: Signature): SharedV4ProviderOptions | undefined {
  const details = origin === 'opaque' ? parseJson(value) : undefined;
  return Array.isArray(details) ? { openrouter: { reasoning_details: details } } : undefined;
}

function knownSignature(name: string, fields: JsonObject): Signature | undefined {
  const details = readReasoningDetails({ [name]: fields });
  if (details) return details;
  const thought = readThoughtSignature({ [name]: fields });
  if (thought) return thought;
  if (ANTHROPIC.test(name)) return anthropicSignature(fields);
  const encrypted = OPENAI.test(name) ? asText(fields['reasoningEncryptedContent']) : undefined;
  if (!encrypted) return undefined;
  const id = asText(fields['itemId']);
  return { origin: 'openai', value: encrypted, ...(id !== undefined && { id }) };
}

function anthropicSignature(fields: JsonObject): Signature | undefined {
  const redacted = asText(fields['redactedData']);
  if (redacted) return { origin: 'anthropic', value: redacted, redacted: true };
  const value = asText(fields['signature']);
  return value ? { origin: 'anthropic', value } : undefined;
}

function packageOptions(value: string): SharedV4ProviderOptions | undefined {
  const options = parseJson(value);
  const isOptions = isObject(options) && Object.values(options).every(isObject);
  return isOptions ? (options as SharedV4ProviderOptions) : undefined;
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
