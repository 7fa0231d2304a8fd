import type { JsonObject, ReasoningPart, Signature, SignatureOrigin } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asList, asObject, asText, compact, Fields, objectsIn } from '../fields.js';
import { valueIn } from '../table.js';

/**
 * One thing that a message, or a delta of one, tells of the model's reasoning. `plain`: from a field that holds text and
 * nothing else; `alone`: the signature is a part of its own; `callId`: it belongs to that tool call.
 */
export type ReasoningStep =
  | { readonly type: 'text'; readonly text: string; readonly plain: boolean }
  | {
      readonly type: 'signature';
      readonly signature: Signature;
      readonly alone: boolean;
      readonly callId?: string | undefined;
    };

/** OpenRouter's names for whose reasoning it is. */
const ORIGINS: Readonly<Record<string, SignatureOrigin>> = {
  'anthropic-claude-v1': 'anthropic',
  'openai-responses-v1': 'openai',
  'azure-openai-responses-v1': 'openai',
  'google-gemini-v1': 'google',
};
const FORMATS: Readonly<Record<SignatureOrigin, string>> = {
  anthropic: 'anthropic-claude-v1',
  openai: 'openai-responses-v1',
  google: 'google-gemini-v1',
  opaque: 'unknown',
};

/**
 * Reads reasoning in all the forms in use: `reasoning_content` (DeepSeek and most), `reasoning` (Groq, vLLM,
 * OpenRouter), `reasoning_details` (OpenRouter), `thinking_blocks` (LiteLLM). Those that hold signatures go first, since
 * the text of the others is the same one.
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens#reasoning_details-array-structure
 */
export function readReasoning(message: Pick<Fields, 'get'>, unknown?: UnknownFields): readonly ReasoningStep[] {
  const details = objectsIn(message.get('reasoning_details')).flatMap((detail) => readDetail(detail, unknown));
  const blocks = objectsIn(message.get('thinking_blocks')).flatMap(readBlock);
  const plain = [message.get('reasoning_content'), message.get('reasoning'), message.get('thinking')];
  const steps = details.length > 0 ? details : blocks;
  if (steps.some(({ type }) => type === 'text')) return steps;
  const text = plain.map(asText).find((text) => text !== undefined && text !== '');
  return text === undefined ? steps : [{ type: 'text', text, plain: true }, ...steps];
}

/** Mistral's `{ type: 'thinking', thinking: [{ type: 'text', text }] }`. */
export function thinkingText(value: unknown): string {
  if (typeof value === 'string') return value;
  return asList(value)
    .map((part) => (typeof part === 'string' ? part : (asText(asObject(part)['text']) ?? '')))
    .join('');
}

function readDetail(value: JsonObject, unknown: UnknownFields | undefined): ReasoningStep[] {
  const detail = new Fields(value, 'reasoning_details[]', unknown).ignore('type', 'index');
  const format = asText(detail.get('format'));
  const origin = format === undefined ? 'anthropic' : (valueIn(ORIGINS, format) ?? 'opaque');
  const id = asText(detail.get('id'));
  const text = asText(detail.get('text')) ?? asText(detail.get('summary')) ?? '';
  const signature = asText(detail.get('signature')) ?? '';
  const data = asText(detail.get('data')) ?? '';
  detail.end();

  const steps: ReasoningStep[] = [];
  if (text !== '') steps.push({ type: 'text', text, plain: false });
  if (signature !== '') steps.push(signatureStep({ origin, value: signature, ...(id && { id }) }));
  if (data === '') return steps;
  // Gemini signs its tool calls, and OpenRouter names the one it means.
  const callId = origin === 'google' ? id : undefined;
  const redacted = origin === 'anthropic' && ({ redacted: true } as const);
  const sealed = { origin, value: data, ...(id && callId === undefined && { id }), ...redacted };
  return [...steps, { ...signatureStep(sealed), callId }];
}

function readBlock({ thinking, signature, data }: JsonObject): ReasoningStep[] {
  const steps: ReasoningStep[] = [];
  if (typeof thinking === 'string' && thinking !== '') steps.push({ type: 'text', text: thinking, plain: false });
  if (typeof signature === 'string') steps.push(signatureStep({ origin: 'anthropic', value: signature }));
  if (typeof data === 'string') steps.push(signatureStep({ origin: 'anthropic', value: data, redacted: true }));
  return steps;
}

function signatureStep(signature: Signature): Extract<ReasoningStep, { type: 'signature' }> {
  return { type: 'signature', signature, alone: signature.redacted === true };
}

/** Tells which steps belong to one part: a part ends with its signature. */
export class ReasoningPlace {
  private isOpen = false;
  private text = '';
  private isPlain = true;

  /** @returns whether the step begins a part, or `undefined` for a text that has come already */
  take(step: ReasoningStep): 'begin' | 'continue' | undefined {
    const continues = this.isOpen && !(step.type === 'signature' && step.alone);
    if (step.type === 'signature') {
      this.close();
      return continues ? 'continue' : 'begin';
    }
    // Our own streams say the text plainly as it comes and once more beside its signature.
    if (continues && !step.plain && this.isPlain && step.text === this.text) return undefined;
    if (!continues) this.open();
    this.text += step.text;
    this.isPlain &&= step.plain;
    return continues ? 'continue' : 'begin';
  }

  close(): void {
    this.isOpen = false;
  }

  private open(): void {
    this.isOpen = true;
    this.text = '';
    this.isPlain = true;
  }
}

/** The parts that a whole message's steps make. */
export function reasoningParts(steps: readonly ReasoningStep[]): readonly ReasoningPart[] {
  const place = new ReasoningPlace();
  const parts: ReasoningPart[] = [];
  for (const step of steps) {
    const taken = place.take(step);
    if (taken === undefined) continue;
    const before = taken === 'continue' ? parts.pop() : undefined;
    const { text, ...rest } = before ?? { type: 'reasoning', text: '' };
    parts.push(
      step.type === 'text' ? { ...rest, text: text + step.text } : { ...rest, text, signature: step.signature },
    );
  }
  return parts;
}

/** OpenRouter's form of one part of reasoning, so that a client that sends it back keeps its signature. */
export function reasoningDetails({ text, signature }: ReasoningPart, index: number): readonly JsonObject[] {
  if (!signature) return text === '' ? [] : [{ type: 'reasoning.text', text, format: 'unknown', index }];
  const { origin, value, id, redacted } = signature;
  const format = FORMATS[origin];
  const isSealed = redacted === true || origin === 'openai' || (origin !== 'anthropic' && text === '');
  if (!isSealed) {
    return [compact({ type: 'reasoning.text', text, signature: value, id, format, index })];
  }
  const sealed = { type: 'reasoning.encrypted', data: value, id: origin === 'google' ? undefined : id, format };
  if (text === '') return [compact({ ...sealed, index })];
  return [{ type: 'reasoning.summary', summary: text, format, index }, compact({ ...sealed, index: index + 1 })];
}

/** The reasoning of a whole message: its text in the field that most clients read, signed parts in details. */
export function writeReasoning(parts: readonly ReasoningPart[]): JsonObject {
  const text = parts.map((part) => part.text).join('');
  const details: JsonObject[] = [];
  if (parts.some((part) => part.signature)) {
    for (const part of parts) details.push(...reasoningDetails(part, details.length));
  }
  return compact({
    reasoning_content: text === '' ? undefined : text,
    reasoning_details: details.length === 0 ? undefined : details,
  });
}
