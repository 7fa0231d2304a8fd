import { CustomCalls } from '../dialects/custom-calls.js';
import type { ClientDialect, ReplyContext, StreamDecoder, StreamEncoder, VendorDialect } from '../dialects/dialect.js';
import type { StreamEvent } from '../dialects/reply.js';
import type { ReplyFacts, WrittenText } from '../dialects/reply-facts.js';
import { Sequencer } from '../dialects/sequencer.js';
import type { TokenUsage } from '../dialects/token-usage.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { MAX_REPLY_BYTES } from '../providers/read-bounded.js';
import { type AnswerPipe, reportedError, unfinished } from './answer-pipe.js';
import { AnswerSoFar } from './answer-so-far.js';
import { Continuation } from './continuation.js';

/** Enough to count tokens from; an endless stream must not fill the memory. */
const MAX_KEPT_CHARACTERS = 1_000_000;
const EVENT_END = '\n\n';
/** Names of what can come after its part has ended. */
const LATE: Readonly<Record<string, string>> = { citation: 'citations', signature: 'reasoning_signature' };

interface Translation {
  readonly vendor: VendorDialect;
  readonly client: ClientDialect;
  readonly context: ReplyContext;
  /** The name that the client is told; the vendor's own where it is left out. */
  readonly answerName?: string | undefined;
  /** Functions whose calls are the client's calls of free text. */
  readonly customNames: ReadonlySet<string>;
  /** Is given the client's terminal event once the answer is whole. */
  readonly ended?: ((terminal: string) => void) | undefined;
}

/** Client and vendor speak different dialects: each event is decoded, put in order and encoded. */
export class TranslationPipe implements AnswerPipe, ReplyFacts {
  hasBegun = false;
  isWorking = false;
  hasText = false;
  hasEnded = false;
  failure: UpstreamError | undefined;
  eventsSent = 0;
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  private readonly context: ReplyContext;
  private readonly ended: ((terminal: string) => void) | undefined;
  private readonly answerName: string | undefined;
  /** What the client has got. */
  readonly soFar = new AnswerSoFar();
  private customCalls: CustomCalls;
  private decoder: StreamDecoder;
  private continuation: Continuation | undefined;
  private readonly encoder: StreamEncoder;
  private readonly sequencer = new Sequencer(({ type }) => this.context.losses.add(LATE[type] ?? type));
  private readonly finished = new Set<number>();
  private bytes = 0;
  private hasEvents = false;
  private text = '';
  private textLength = 0;

  constructor({ vendor, client, context, customNames, ended, answerName }: Translation) {
    this.answerName = answerName;
    this.context = context;
    this.ended = ended;
    this.customCalls = new CustomCalls(customNames);
    this.decoder = vendor.streamDecoder();
    this.encoder = client.streamEncoder(context);
  }

  get facts(): ReplyFacts {
    return this;
  }

  get isThinking(): boolean {
    return this.decoder.isThinking === true;
  }

  get dropped(): readonly string[] {
    return this.context.losses.names;
  }

  get finishedChoices(): number {
    return this.finished.size;
  }

  get holdsPart(): boolean {
    return this.bytes > 0 && !this.hasEvents;
  }

  /**
   * Takes a stream over of which the client got the beginning as its vendor wrote it.
   * @param events how many events that was
   */
  adopt(sent: Buffer, events: number): void {
    this.push(sent);
    this.encoder.adopt?.(sent);
    this.eventsSent = events;
  }

  /**
   * Has another vendor's events go on where the answer broke off. What is known of the answer (`facts`) is of that vendor
   * alone from here on.
   */
  goOn(vendor: VendorDialect, customNames: ReadonlySet<string>): void {
    this.decoder = vendor.streamDecoder();
    this.customCalls = new CustomCalls(customNames);
    this.continuation = new Continuation(this.soFar, this.context.losses);
    this.hasBegun = false;
    this.hasText = false;
    this.isWorking = false;
    this.hasEnded = false;
    this.failure = undefined;
    this.finished.clear();
    [this.model, this.usage, this.finishReason] = [undefined, undefined, undefined];
    [this.bytes, this.hasEvents, this.text, this.textLength] = [0, false, '', 0];
  }

  /** What the client has got is part of what the encoder knows. */
  release(): void {}

  push(chunk: Buffer): Buffer {
    this.bytes += chunk.length;
    // Decoders, the order of parts and encoders hold what has come of an answer.
    if (this.bytes > MAX_REPLY_BYTES) {
      throw new UpstreamError({ reason: 'invalid_reply' }, `a stream of more than ${MAX_REPLY_BYTES} bytes`);
    }
    return this.translate(this.decoder.push(chunk));
  }

  close(): Buffer {
    return this.translate(this.decoder.end());
  }

  ending(total: TokenUsage | undefined): { readonly closing: string; readonly terminal: string } {
    if (total) this.encoder.write({ type: 'usage', usage: total });
    const open = this.write(this.sequencer.end());
    const { closing, terminal } = this.encoder.end();
    this.ended?.(terminal);
    return { closing: open + closing, terminal };
  }

  written(): WrittenText {
    return { text: this.text, length: this.textLength };
  }

  private translate(events: readonly StreamEvent[]): Buffer {
    this.hasEvents ||= events.length > 0;
    let text = '';
    for (const event of events) {
      if (this.hasEnded || this.failure) break;
      this.note(event);
      this.isWorking ||= isFirstToken(event);
      if (event.type === 'error' || event.type === 'done') continue;
      for (const said of this.continuation?.push(event) ?? [event]) {
        this.hasBegun ||= isFirstToken(said);
        text += this.write(this.sequencer.push(this.named(said)));
      }
    }
    this.isWorking ||= this.decoder.isWorking === true;
    this.eventsSent += countEvents(text);
    return Buffer.from(text);
  }

  private write(events: readonly StreamEvent[]): string {
    let text = '';
    for (const event of events) {
      this.soFar.note(event);
      for (const said of this.customCalls.push(event)) text += this.encoder.write(said);
    }
    return text;
  }

  private named(event: StreamEvent): StreamEvent {
    return event.type === 'start' && this.answerName !== undefined ? { ...event, model: this.answerName } : event;
  }

  private note(event: StreamEvent): void {
    switch (event.type) {
      case 'start':
        this.model ??= event.model;
        break;
      case 'usage':
        this.usage = event.usage;
        break;
      case 'finish':
        this.finishReason = event.finish.native;
        this.finished.add(event.choice);
        break;
      case 'error':
        this.failure = reportedError(event.error);
        break;
      case 'done':
        // Proxies say so in the end even if what they stand for has broken off.
        if (this.finished.size === 0) this.failure = unfinished();
        else this.hasEnded = true;
        break;
      case 'tool-call':
        this.keep(event.name);
        break;
      case 'text':
      case 'refusal':
      case 'reasoning':
      case 'arguments':
        this.keep(event.text);
        break;
      case 'signature':
      case 'citation':
      case 'media':
      case 'native':
      case 'part-end':
        break;
    }
  }

  private keep(text: string): void {
    if (text === '') return;
    this.hasText = true;
    this.textLength += text.length;
    if (this.text.length < MAX_KEPT_CHARACTERS) this.text += text;
  }
}

/** The first thing that a client sees of an answer, or its end without a word. */
function isFirstToken(event: StreamEvent): boolean {
  if (event.type === 'text' || event.type === 'refusal') return event.text !== '';
  return event.type === 'finish' || ('part' in event && event.type !== 'part-end');
}

function countEvents(text: string): number {
  let count = 0;
  for (let at = text.indexOf(EVENT_END); at !== -1; at = text.indexOf(EVENT_END, at + EVENT_END.length)) count++;
  return count;
}
