import type { Passthrough, StreamWatch } from '../dialects/dialect.js';
import type { ReplyFacts } from '../dialects/reply-facts.js';
import { SseSplitter } from '../dialects/sse.js';
import type { UpstreamError } from '../errors/upstream-error.js';
import { type AnswerPipe, malformedEvent, reportedError } from './answer-pipe.js';

const NOTHING = Buffer.alloc(0);

interface PassthroughOptions {
  /** Whether the usage chunk is ours alone, because the client did not ask for one. */
  readonly dropUsage: boolean;
  /** Writes another model's name into the event that begins the answer. */
  readonly rename?: ((event: Buffer) => Buffer) | undefined;
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
  /** The vendor's own, once it came. */
  private terminal: string | undefined;

  constructor(
    private readonly passthrough: Passthrough,
    private readonly options: PassthroughOptions,
  ) {
    this.watch = passthrough.streamWatch();
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
      const isFirst = !this.hasBegun;
      if (!this.keeps(event)) continue;
      kept.push((isFirst && this.hasBegun && this.options.rename?.(event)) || event);
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
        this.hasEnded = true;
        this.terminal = event.toString();
        return false;
      case 'quiet':
        return true;
      case 'usage':
      case 'chunk':
        this.hasBegun = true;
        if (kind === 'usage' && this.options.dropUsage) return false;
        this.eventsSent++;
        return true;
    }
  }
}
