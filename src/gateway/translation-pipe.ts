import type { ReplyContext, StreamDecoder, StreamEncoder, VendorDialect, ClientDialect } from '../dialects/dialect.js';
import type { StreamEvent } from '../dialects/reply.js';
import type { ReplyFacts, WrittenText } from '../dialects/reply-facts.js';
import { Sequencer } from '../dialects/sequencer.js';
import type { TokenUsage } from '../dialects/token-usage.js';
import type { UpstreamError } from '../errors/upstream-error.js';
import { type AnswerPipe, reportedError } from './answer-pipe.js';

/** Enough to count tokens from; an endless stream must not fill the memory. */
const MAX_KEPT_CHARACTERS = 1_000_000;
const EVENT_END = '\n\n';

/** Client and vendor speak different dialects: each event is decoded, put in order and encoded. */
export class TranslationPipe implements AnswerPipe, ReplyFacts {
  hasBegun = false;
  hasText = false;
  hasEnded = false;
  failure: UpstreamError | undefined;
  eventsSent = 0;
  finishedChoices = 0;
  readonly holdsPart = false;
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  private readonly decoder: StreamDecoder;
  private readonly encoder: StreamEncoder;
  private readonly sequencer = new Sequencer();
  private text = '';
  private textLength = 0;

  constructor(
    vendor: VendorDialect,
    client: ClientDialect,
    private readonly context: ReplyContext,
    /** Is given the client's terminal event once the answer is whole. */
    private readonly ended: ((terminal: string) => void) | undefined = undefined,
  ) {
    this.decoder = vendor.streamDecoder();
    this.encoder = client.streamEncoder(context);
  }

  get facts(): ReplyFacts {
    return this;
  }

  get dropped(): readonly string[] {
    return this.context.losses.names;
  }

  push(chunk: Buffer): Buffer {
    return this.translate(this.decoder.push(chunk));
  }

  close(): Buffer {
    return this.translate(this.decoder.end());
  }

  ending(): { readonly closing: string; readonly terminal: string } {
    const open = this.sequencer.end().map((event) => this.encoder.write(event));
    const { closing, terminal } = this.encoder.end();
    this.ended?.(terminal);
    return { closing: open.join('') + closing, terminal };
  }

  written(): WrittenText {
    return { text: this.text, length: this.textLength };
  }

  private translate(events: readonly StreamEvent[]): Buffer {
    let text = '';
    for (const event of events) {
      if (this.hasEnded || this.failure) break;
      this.note(event);
      if (event.type === 'error' || event.type === 'done') continue;
      for (const ordered of this.sequencer.push(event)) text += this.encoder.write(ordered);
    }
    this.eventsSent += countEvents(text);
    return Buffer.from(text);
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
        this.finishedChoices++;
        break;
      case 'error':
        this.failure = reportedError(event.error);
        break;
      case 'done':
        this.hasEnded = true;
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
