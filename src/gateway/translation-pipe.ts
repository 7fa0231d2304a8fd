import { CustomCalls } from '../dialects/custom-calls.js';
import type { ReplyContext, StreamDecoder, StreamEncoder, VendorDialect, ClientDialect } from '../dialects/dialect.js';
import type { StreamEvent } from '../dialects/reply.js';
import type { ReplyFacts, WrittenText } from '../dialects/reply-facts.js';
import { Sequencer } from '../dialects/sequencer.js';
import type { TokenUsage } from '../dialects/token-usage.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { MAX_REPLY_BYTES } from '../providers/read-bounded.js';
import { type AnswerPipe, reportedError } from './answer-pipe.js';

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
  private readonly customCalls: CustomCalls;
  private readonly decoder: StreamDecoder;
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

  get dropped(): readonly string[] {
    return this.context.losses.names;
  }

  get finishedChoices(): number {
    return this.finished.size;
  }

  get holdsPart(): boolean {
    return this.bytes > 0 && !this.hasEvents;
  }

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

  ending(): { readonly closing: string; readonly terminal: string } {
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
      if (event.type === 'error' || event.type === 'done') continue;
      text += this.write(this.sequencer.push(this.named(event)));
    }
    this.eventsSent += countEvents(text);
    return Buffer.from(text);
  }

  private write(events: readonly StreamEvent[]): string {
    let text = '';
    for (const event of events) for (const said of this.customCalls.push(event)) text += this.encoder.write(said);
    return text;
  }

  private named(event: StreamEvent): StreamEvent {
    return event.type === 'start' && this.answerName !== undefined ? { ...event, model: this.answerName } : event;
  }

  private note(event: StreamEvent): void {
    if ('part' in event || event.type === 'finish') this.hasBegun = true;
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
        if (this.finished.size === 0) this.failure = new UpstreamError({ reason: 'network' }, 'ended without a finish');
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

function countEvents(text: string): number {
  let count = 0;
  for (let at = text.indexOf(EVENT_END); at !== -1; at = text.indexOf(EVENT_END, at + EVENT_END.length)) count++;
  return count;
}
