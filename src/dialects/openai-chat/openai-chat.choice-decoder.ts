import type { Citation, JsonObject, MediaPart, Signature, TokenLogprob } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asList, asObject, asText, Fields, isObject, objectsIn } from '../fields.js';
import type { PartEvent, StreamEvent } from '../reply.js';
import { readCitation, readLogprobs } from './openai-chat.annotations.js';
import { readFinish } from './openai-chat.finish.js';
import { readUrl, typeOf } from './openai-chat.media.js';
import { type ReasoningStep, ReasoningPlace, readReasoning, thinkingText } from './openai-chat.reasoning.js';
import { readThoughtSignature } from './openai-chat.thought-signature.js';
import { ToolCallReader } from './openai-chat.tool-call-reader.js';

type PartKind = 'text' | 'refusal' | 'reasoning' | 'other';

/** What belongs to no part of an answer. */
const NO_PARTS = ['role', 'name', 'prefix', 'channel', 'parsed', 'tool_call_id', 'provider_specific_fields'];
const CHOICE_FIELDS = `index message delta usage error native_finish_reason seed text token_ids prompt_token_ids
  content_filter_results content_filter_result content_filter_offsets raw_output routed_experts`.split(/\s+/);

/**
 * Reads one answer out of a reply's message or a stream's deltas, which have the same fields. A part goes on as long as
 * nothing of another kind comes; parts that were left are never gone back to, except for the arguments of tool calls.
 */
export class ChoiceDecoder {
  isFinished = false;
  private parts = 0;
  private current: { readonly kind: PartKind; readonly part: number } | undefined;
  private hasRefusal = false;
  private readonly reasoning = new ReasoningPlace();
  private readonly calls: ToolCallReader;
  /** Signatures of tool calls that have not come yet. */
  private readonly early = new Map<string, Signature>();
  private readonly audio: Buffer[] = [];
  private events: StreamEvent[] = [];

  constructor(
    private readonly choice: number,
    private readonly unknown: UnknownFields | undefined,
  ) {
    this.calls = new ToolCallReader({ choice, begin: () => this.begin('other') });
  }

  /**
   * @param seed of the answer, for ids of tool calls that have none
   * @returns the events of one choice's content; its end is told by {@link finish}
   */
  read(choice: Fields, message: Fields, seed: string): readonly StreamEvent[] {
    const logprobs = readLogprobs(asObject(choice.get('logprobs'))['content']);
    const extraContent = message.get('extra_content');
    const isThought = asObject(asObject(extraContent)['google'])['thought'] === true;
    for (const step of readReasoning(message, this.unknown)) this.takeReasoning(step);
    this.takeContent(message.get('content'), logprobs, isThought);
    for (const annotation of objectsIn(message.get('annotations'))) this.takeAnnotation(annotation);
    this.takeRefusal(message.get('refusal'));
    this.takeAudio(message.get('audio'));
    for (const image of objectsIn(message.get('images'))) this.takeImage(image['image_url'] ?? image['url']);
    this.takeSignature(readThoughtSignature(extraContent));
    this.takeCalls(message, seed);
    for (const tool of objectsIn(message.get('executed_tools'))) this.native('executed_tools', tool);
    message.ignore(...NO_PARTS).end();
    return this.flush();
  }

  /** @returns the answer's end, where this is the chunk that tells it */
  finish(choice: Fields): readonly StreamEvent[] {
    const native = asText(choice.get('finish_reason')) ?? '';
    const stopped = [asText(choice.get('stop_reason')), asText(choice.get('matched_stop'))];
    choice.ignore(...CHOICE_FIELDS).end();
    if (native === '' || this.isFinished) return [];
    this.isFinished = true;
    this.endAudio();
    for (const signature of this.early.values()) this.takeReasoning({ type: 'signature', signature, alone: false });
    const stopSequence = stopped.find((text) => text !== undefined && text !== '');
    const answered = { calls: this.calls.hasCalls, refusal: this.hasRefusal, stopSequence };
    this.events.push({ type: 'finish', choice: this.choice, finish: readFinish(native, answered) });
    return this.flush();
  }

  /** A source that the vendor names beside the choices. */
  cite(citation: Citation): readonly StreamEvent[] {
    this.tell('text', (at) => ({ type: 'citation', ...at, citation }));
    return this.flush();
  }

  private takeReasoning(step: ReasoningStep): void {
    if (step.type === 'signature' && step.callId !== undefined) {
      this.signCall(step.callId, step.signature);
      return;
    }
    const taken = this.reasoning.take(step);
    if (taken === undefined) return;
    const part = taken === 'continue' && this.current ? this.current.part : this.begin('reasoning');
    const at = { choice: this.choice, part };
    if (step.type === 'text') this.events.push({ type: 'reasoning', ...at, text: step.text });
    else this.events.push({ type: 'signature', ...at, signature: step.signature });
  }

  private takeContent(content: unknown, logprobs: readonly TokenLogprob[] | undefined, isThought: boolean): void {
    if (typeof content === 'string') {
      if (isThought) this.takePlainReasoning(content);
      else this.takeText(content, logprobs);
      return;
    }
    for (const part of asList(content)) this.takePart(part);
  }

  private takePart(value: unknown): void {
    if (typeof value === 'string') {
      this.takeText(value);
      return;
    }
    if (!isObject(value)) return;
    const type = asText(value['type']) ?? 'text';
    if (type === 'text' || type === 'output_text') this.takeText(asText(value['text']) ?? '');
    else if (type === 'thinking') this.takePlainReasoning(thinkingText(value['thinking']));
    else if (type === 'refusal') this.takeRefusal(value['refusal']);
    else if (type === 'image_url') this.takeImage(value['image_url']);
    else this.native(type, value);
  }

  private takePlainReasoning(text: string): void {
    if (text !== '') this.takeReasoning({ type: 'text', text, plain: true });
  }

  /** Log probabilities without a text belong to reasoning or to tool calls. */
  private takeText(text: string, logprobs?: readonly TokenLogprob[]): void {
    if (text === '' && !(logprobs && this.current?.kind === 'text')) return;
    this.tell('text', (at) => ({ type: 'text', ...at, text, ...(logprobs && { logprobs }) }));
  }

  private takeRefusal(value: unknown): void {
    const text = asText(value) ?? '';
    if (text === '') return;
    this.hasRefusal = true;
    this.tell('refusal', (at) => ({ type: 'refusal', ...at, text }));
  }

  private takeAnnotation(value: JsonObject): void {
    const citation = readCitation(value, this.unknown);
    if (citation) this.tell('text', (at) => ({ type: 'citation', ...at, citation }));
    else this.native(`annotations.${asText(value['type']) ?? ''}`, value);
  }

  private takeImage(value: unknown): void {
    const url = asText(value) ?? asText(asObject(value)['url']);
    if (url !== undefined) this.media({ type: 'media', kind: 'image', ...readUrl(url) });
  }

  /** Sound comes in pieces, each with base64 of its own, and goes out whole; its transcript is the answer's text. */
  private takeAudio(value: unknown): void {
    if (!isObject(value)) return;
    const audio = new Fields(value, 'audio', this.unknown);
    const data = asText(audio.get('data')) ?? '';
    const transcript = asText(audio.get('transcript')) ?? '';
    audio.ignore('id', 'expires_at', 'format').end();
    if (data !== '') this.audio.push(Buffer.from(data, 'base64'));
    this.takeText(transcript);
  }

  private endAudio(): void {
    if (this.audio.length === 0) return;
    const base64 = Buffer.concat(this.audio).toString('base64');
    const mediaType = typeOf(base64);
    this.media({ type: 'media', kind: 'audio', source: { type: 'data', base64 }, ...(mediaType && { mediaType }) });
  }

  /** Gemini signs texts too. */
  private takeSignature(signature: Signature | undefined): void {
    if (!signature) return;
    this.tell(this.current?.kind === 'reasoning' ? 'reasoning' : 'text', (at) => ({
      type: 'signature',
      ...at,
      signature,
    }));
  }

  private takeCalls(message: Fields, seed: string): void {
    for (const call of objectsIn(message.get('tool_calls'))) {
      for (const event of this.calls.read(call, seed, this.unknown)) {
        this.events.push(event);
        const signature = event.type === 'tool-call' ? this.early.get(event.id) : undefined;
        if (event.type === 'tool-call' && signature) this.signCall(event.id, signature);
      }
    }
    const older = message.get('function_call');
    if (isObject(older)) this.events.push(...this.calls.readFunctionCall(older, seed, this.unknown));
  }

  private signCall(id: string, signature: Signature): void {
    const part = this.calls.partOf(id);
    if (part === undefined) {
      this.early.set(id, signature);
      return;
    }
    this.early.delete(id);
    this.events.push({ type: 'signature', choice: this.choice, part, signature });
  }

  private media(media: MediaPart): void {
    this.events.push({ type: 'media', choice: this.choice, part: this.begin('other'), media });
  }

  private native(kind: string, value: JsonObject): void {
    const native = { type: 'native', dialect: 'openai-chat', kind, value } as const;
    this.events.push({ type: 'native', choice: this.choice, part: this.begin('other'), native });
  }

  /** An event of the current part, or of a new one where that is of another kind. */
  private tell(kind: PartKind, event: (at: { readonly choice: number; readonly part: number }) => PartEvent): void {
    const part = this.current?.kind === kind ? this.current.part : this.begin(kind);
    this.events.push(event({ choice: this.choice, part }));
  }

  private begin(kind: PartKind): number {
    const part = this.parts++;
    this.current = { kind, part };
    if (kind !== 'reasoning') this.reasoning.close();
    return part;
  }

  private flush(): readonly StreamEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
