import type { Passthrough, StreamWatch } from '../dialects/dialect.js';
import type { ReplyFacts } from '../dialects/reply-facts.js';
import { SseSplitter } from '../dialects/sse.js';
import type { UpstreamError } from '../errors/upstream-error.js';
import { type AnswerPipe, malformedEvent, reportedError, unfinished } from './answer-pipe.js';
import type { SentEvents } from './sent-events.js';

const NOTHING = Buffer.alloc(0);
/** Comments before the answer are kept up to this; a vendor that sends nothing else must not fill the memory. */
const MAX_QUIET_BYTES = 64 * 1024;
/** A head is a few hundred bytes; what is longer has begun. */
const MAX_HEAD_BYTES = 1024 * 1024;

interface PassthroughOptions {
  /** Whether the usage chunk is ours alone, because the client did not ask for one. */
  readonly dropUsage: boolean;
  /** Writes another model's name into the event that begins the answer. */
  readonly rename?: ((event: Buffer) => Buffer) | undefined;
  /** Keeps what the client gets, where another vendor may have to go on with it. */
  readonly sent?: SentEvents | undefined;
}

/** Client and vendor speak the same dialect: events go through as they came. */
export class PassthroughPipe implements AnswerPipe {
  hasBegun = false;
  hasEnded = false;
  failure: UpstreamError | undefined;
  eventsSent = 0;
  readonly dropped = [];
  private readonly splitter = new SseSplitter();
  private readonly watch: StreamWatch;
  private headBytes = 0;
  private quietBytes = 0;
  /** The vendor's own, once it came. */
  private terminal: string | undefined;

  constructor(
    private readonly passthrough: Passthrough,
    private readonly options: PassthroughOptions,
  ) {
    this.watch = passthrough.streamWatch();
  }

  /** The vendor's events that the client got; `undefined` where they were not kept. */
  takeSent(): Buffer | undefined {
    return this.options.sent?.take();
  }

  release(): void {
    this.options.sent?.release();
  }

  get isWorking(): boolean {
    return this.hasBegun;
  }

  get isThinking(): boolean {
    return this.watch.isThinking === true;
  }

  get facts(): ReplyFacts {
    return this.watch;
  }

  get hasText(): boolean {
    return this.watch.hasText;
  }

  get finishedChoices(): number {
    return this.watch.finishedChoices;
  }

  get holdsPart(): boolean {
    return this.splitter.holdsPart;
  }

  push(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    for (const event of this.splitter.push(chunk)) {
      if (this.hasEnded || this.failure) break;
      const isFirst = this.eventsSent === 0;
      if (!this.keeps(event)) continue;
      kept.push((isFirst && this.eventsSent > 0 && this.options.rename?.(event)) || event);
    }
    const [first] = kept;
    return first && kept.length === 1 ? first : Buffer.concat(kept);
  }

  close(): Buffer {
    return NOTHING;
  }

  ending(): { readonly closing: string; readonly terminal: string } {
    return { closing: '', terminal: this.terminal ?? this.passthrough.terminal };
  }

  private keeps(event: Buffer): boolean {
    const kind = this.watch.read(event);
    switch (kind) {
      case 'error':
        this.failure = reportedError(this.watch.error ?? { message: 'The provider reported an error.' });
        return false;
      case 'malformed':
        this.failure = malformedEvent();
        return false;
      case 'done':
        // Proxies say so in the end even if what they stand for has broken off.
        if (this.watch.finishedChoices === 0) this.failure = unfinished();
        else this.hasEnded = true;
        this.terminal = event.toString();
        return false;
      case 'quiet':
        return this.keepsQuiet(event);
      case 'usage':
      case 'chunk':
        this.hasBegun ||= this.watch.hasBegun || (this.headBytes += event.length) > MAX_HEAD_BYTES;
        if (kind === 'usage' && this.options.dropUsage) return false;
        this.eventsSent++;
        this.options.sent?.append(event);
        return true;
    }
  }

  private keepsQuiet(event: Buffer): boolean {
    if (this.hasBegun) return true;
    this.quietBytes += event.length;
    return this.quietBytes <= MAX_QUIET_BYTES;
  }
}
