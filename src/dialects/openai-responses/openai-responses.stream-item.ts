import type { AssistantPart, JsonObject, TokenLogprob } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asText, objectsIn } from '../fields.js';
import type { StreamEvent } from '../reply.js';
import { readAnnotation, readLogprobs } from './openai-responses.output-text.js';
import { callHead, decodeItem, signatureOf } from './openai-responses.reply.decode.js';

/** What of one text, refusal or call has gone out. */
interface Sent {
  readonly part: number;
  characters: number;
  annotations: number;
  logprobs: boolean;
}

type ReasoningKind = 'summary' | 'content';

/**
 * Turns the events of one output item into events of its parts. Servers differ in how much they stream: what came only
 * with a `done` event is sent on then, and nothing is sent twice.
 */
export class StreamItem {
  private readonly contents = new Map<number, Sent>();
  private call: Sent | undefined;
  private reasoning: Sent | undefined;
  private reasoningKind: ReasoningKind | undefined;
  private readonly reasoningTexts = new Map<number, number>();
  private isDone = false;

  constructor(private readonly nextPart: () => number) {}

  get isCall(): boolean {
    return this.call !== undefined;
  }

  /** The item has begun; only a call says anything by that. */
  add(item: JsonObject): StreamEvent[] {
    if (this.call || !isCallItem(item)) return [];
    this.call = this.newPart();
    return [{ type: 'tool-call', ...at(this.call), ...callHead(item) }];
  }

  text(index: number, text: string, logprobs: readonly TokenLogprob[] | undefined): StreamEvent[] {
    if (text === '') return [];
    const sent = this.content(index);
    sent.characters += text.length;
    sent.logprobs ||= logprobs !== undefined;
    return [{ type: 'text', ...at(sent), text, ...(logprobs && { logprobs }) }];
  }

  textDone(index: number, whole: string, logprobs: readonly TokenLogprob[] | undefined): StreamEvent[] {
    const sent = this.contents.get(index);
    return this.text(index, whole.slice(sent?.characters ?? 0), sent?.logprobs ? undefined : logprobs);
  }

  refusal(index: number, text: string): StreamEvent[] {
    if (text === '') return [];
    const sent = this.content(index);
    sent.characters += text.length;
    return [{ type: 'refusal', ...at(sent), text }];
  }

  refusalDone(index: number, whole: string): StreamEvent[] {
    return this.refusal(index, whole.slice(this.contents.get(index)?.characters ?? 0));
  }

  annotation(index: number, annotation: JsonObject): StreamEvent[] {
    const sent = this.content(index);
    sent.annotations++;
    return [{ type: 'citation', ...at(sent), citation: readAnnotation(annotation) }];
  }

  /** Texts of one item are joined with blank lines. Where a server streams both kinds, the first to come is taken. */
  reason(kind: ReasoningKind, index: number, text: string): StreamEvent[] {
    if (text === '' || (this.reasoningKind ?? kind) !== kind) return [];
    this.reasoningKind = kind;
    const isNext = this.reasoningTexts.size > 0 && !this.reasoningTexts.has(index);
    this.reasoningTexts.set(index, (this.reasoningTexts.get(index) ?? 0) + text.length);
    this.reasoning ??= this.newPart();
    return [{ type: 'reasoning', ...at(this.reasoning), text: isNext ? `\n\n${text}` : text }];
  }

  reasonDone(kind: ReasoningKind, index: number, whole: string): StreamEvent[] {
    return this.reason(kind, index, whole.slice(this.reasoningTexts.get(index) ?? 0));
  }

  /** A call whose beginning was not sent comes whole at its end. */
  arguments(text: string): StreamEvent[] {
    if (text === '' || !this.call) return [];
    this.call.characters += text.length;
    return [{ type: 'arguments', ...at(this.call), text }];
  }

  argumentsDone(whole: string): StreamEvent[] {
    return this.arguments(whole.slice(this.call?.characters ?? 0));
  }

  /** The item is whole. */
  finish(item: JsonObject, unknown: UnknownFields | undefined): StreamEvent[] {
    if (this.isDone) return [];
    this.isDone = true;
    // Only here are its fields looked through: earlier forms of it have no others.
    const parts = decodeItem(item, unknown);
    return [...this.rest(item, parts), ...this.ends()];
  }

  private rest(item: JsonObject, parts: readonly AssistantPart[]): StreamEvent[] {
    if (item['type'] === 'message')
      return objectsIn(item['content']).flatMap((part, index) => this.restOf(part, index));
    if (item['type'] === 'reasoning') return this.restOfReasoning(item);
    if (isCallItem(item)) {
      return [...this.add(item), ...this.argumentsDone(asText(item['input']) ?? asText(item['arguments']) ?? '')];
    }
    return parts.flatMap((part) => this.wholePart(part));
  }

  private restOf(content: JsonObject, index: number): StreamEvent[] {
    if (content['type'] === 'refusal') return this.refusalDone(index, asText(content['refusal']) ?? '');
    if (content['type'] !== 'output_text') {
      return this.wholePart({
        type: 'native',
        dialect: 'openai-responses',
        kind: asText(content['type']) ?? 'content',
        value: content,
      });
    }
    const text = this.textDone(index, asText(content['text']) ?? '', readLogprobs(content['logprobs']));
    const late = objectsIn(content['annotations']).slice(this.contents.get(index)?.annotations ?? 0);
    return [...text, ...late.flatMap((annotation) => this.annotation(index, annotation))];
  }

  private restOfReasoning(item: JsonObject): StreamEvent[] {
    const texts = (['summary', 'content'] as const).flatMap((kind) => {
      return objectsIn(item[kind]).flatMap((part, index) => this.reasonDone(kind, index, asText(part['text']) ?? ''));
    });
    const signature = signatureOf(item);
    if (!signature) return texts;
    this.reasoning ??= this.newPart();
    return [...texts, { type: 'signature', ...at(this.reasoning), signature }];
  }

  private wholePart(part: AssistantPart): StreamEvent[] {
    const place = at(this.content(this.contents.size));
    if (part.type === 'media') return [{ type: 'media', ...place, media: part }];
    return part.type === 'native' ? [{ type: 'native', ...place, native: part }] : [];
  }

  private ends(): StreamEvent[] {
    return [...this.contents.values(), this.call, this.reasoning].flatMap((sent) => {
      return sent ? [{ type: 'part-end', ...at(sent) } as const] : [];
    });
  }

  private content(index: number): Sent {
    const known = this.contents.get(index) ?? this.newPart();
    this.contents.set(index, known);
    return known;
  }

  private newPart(): Sent {
    return { part: this.nextPart(), characters: 0, annotations: 0, logprobs: false };
  }
}

function at({ part }: Sent): { readonly choice: number; readonly part: number } {
  return { choice: 0, part };
}

function isCallItem(item: JsonObject): boolean {
  return item['type'] === 'function_call' || item['type'] === 'custom_tool_call';
}
