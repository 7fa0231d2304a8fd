import type { Citation, JsonObject, Signature, ToolCallPart } from '../conversation.js';
import type { ReplyContext, StreamEncoder } from '../dialect.js';
import { compact } from '../fields.js';
import type { Finish, PartEvent, StreamEvent } from '../reply.js';
import { formatEvent } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { encodeAnswerPart } from './gemini.answer-part.js';
import { encodeFinish } from './gemini.finish.js';
import { type CitedText, encodeCitations } from './gemini.grounding.encode.js';
import { encodeLogprobs } from './gemini.logprobs.js';
import { encodeText, encodeThought } from './gemini.parts.encode.js';
import { CarriedReasoning, thoughtSignatureText } from './gemini.signature.js';
import { encodeUsage } from './gemini.usage.js';

/**
 * Writes `streamGenerateContent?alt=sse`: texts go out as they come, a function call once it is whole, since Gemini's
 * clients know no pieces of one. Finish reasons, citations and usage come last, and nothing after them.
 */
export class GeminiStreamEncoder implements StreamEncoder {
  private id: string | undefined;
  private model: string | undefined;
  private usage: TokenUsage | undefined;
  private readonly answers = new Map<number, Answer>();

  constructor(private readonly context: ReplyContext) {}

  write(event: StreamEvent): string {
    if ('part' in event) return this.chunk(event.choice, this.answer(event.choice).write(event));
    if (event.type === 'start') {
      this.id ??= event.id;
      this.model ??= event.model;
    }
    if (event.type === 'usage') this.usage = event.usage;
    if (event.type === 'finish') this.answer(event.choice).finish = event.finish;
    return '';
  }

  end(): { readonly closing: string; readonly terminal: string } {
    const candidates = [...this.answers].toSorted(([a], [b]) => a - b).map(([index, answer]) => answer.closing(index));
    const usageMetadata = this.usage && encodeUsage(this.usage);
    return { closing: this.format(compact({ candidates, usageMetadata })), terminal: '' };
  }

  private answer(choice: number): Answer {
    const known = this.answers.get(choice) ?? new Answer(this.context);
    this.answers.set(choice, known);
    return known;
  }

  private chunk(index: number, candidate: JsonObject | undefined): string {
    return candidate ? this.format({ candidates: [{ ...candidate, index }] }) : '';
  }

  private format(chunk: JsonObject): string {
    const modelVersion = this.model ?? this.context.model;
    return formatEvent({ ...chunk, modelVersion, responseId: this.id ?? this.context.requestId });
  }
}

/** One candidate as it grows. */
class Answer {
  finish: Finish | undefined;
  private readonly carried = new CarriedReasoning();
  private readonly cited: CitedText[] = [];
  private kind: PartEvent['type'] | undefined;
  private partsEnded = 0;
  private text = '';
  private citations: Citation[] = [];
  private call: ToolCallPart | undefined;

  constructor(private readonly context: ReplyContext) {}

  /** @returns what of a candidate there is to say now */
  write(event: PartEvent): JsonObject | undefined {
    if (event.type !== 'part-end' && event.type !== 'signature' && event.type !== 'citation') this.kind = event.type;
    switch (event.type) {
      case 'text':
        this.text += event.text;
        return compact({ ...content(encodeText(event.text)), logprobsResult: encodeLogprobs(event.logprobs ?? []) });
      case 'refusal':
        return content(encodeText(event.text));
      case 'reasoning':
        return content(encodeThought(event.text));
      case 'signature':
        return this.sign(event.signature);
      case 'citation':
        this.citations.push(event.citation);
        return undefined;
      case 'tool-call':
        this.call = { type: 'tool-call', id: event.id, name: event.name, arguments: '' };
        return undefined;
      case 'arguments':
        if (this.call) this.call = { ...this.call, arguments: this.call.arguments + event.text };
        return undefined;
      case 'media':
        return content(...encodeAnswerPart(event.media, this.carried, this.context.losses));
      case 'native':
        return content(...encodeAnswerPart(event.native, this.carried, this.context.losses));
      case 'part-end':
        return this.endPart();
    }
  }

  /** The SDK's chat keeps no content without parts, so the last one has an empty text, as Google's own has. */
  closing(index: number): JsonObject {
    return compact({
      ...content({ text: '' }),
      index,
      finishReason: this.finish && encodeFinish(this.finish),
      ...encodeCitations(this.cited),
    });
  }

  private sign(signature: Signature): JsonObject | undefined {
    const text = thoughtSignatureText(signature);
    if (this.call) {
      this.call = { ...this.call, signature };
      return undefined;
    }
    if (this.kind === 'text') return content(encodeText('', text));
    this.carried.note(signature);
    return content(encodeThought('', text));
  }

  private endPart(): JsonObject | undefined {
    const { call, text, citations } = this;
    if (citations.length > 0) this.cited.push({ partIndex: this.partsEnded, text, citations });
    this.partsEnded++;
    this.call = undefined;
    this.kind = undefined;
    this.text = '';
    this.citations = [];
    return call && content(...encodeAnswerPart(call, this.carried, this.context.losses));
  }
}

function content(...parts: readonly JsonObject[]): JsonObject | undefined {
  return parts.length > 0 ? { content: { parts, role: 'model' } } : undefined;
}
