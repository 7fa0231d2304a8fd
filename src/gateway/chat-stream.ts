import type { ReplyFacts } from '../dialects/openai-chat/openai-chat.reply.js';
import { ChatStreamWatch } from '../dialects/openai-chat/openai-chat.stream.js';
import { SseSplitter } from '../dialects/sse.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { StreamClock } from '../resilience/stream-clock.js';

/** Comments that came before the answer are kept up to this; a vendor that sends nothing else must not fill the memory. */
const MAX_HELD_BYTES = 64 * 1024;
/** How long a vendor may take to close a stream whose end has been seen, so that its connection can be used again. */
const CLOSE_MS = 1_000;

/** A vendor's chat stream on its way to a client that speaks the same dialect. */
export class ChatStream {
  private readonly watch = new ChatStreamWatch();
  private readonly splitter = new SseSplitter();
  private readonly iterator: AsyncIterator<Buffer> | Iterator<Buffer>;
  private failure: UpstreamError | undefined;
  private hasBegun = false;
  private hasEnded = false;

  constructor(
    body: AsyncIterable<Buffer> | Iterable<Buffer>,
    private readonly clock: StreamClock,
    /** Whether the usage chunk is ours alone, because the client did not ask for one. */
    private readonly dropUsage: boolean,
    /** How many answers were asked for. */
    private readonly choices: number,
  ) {
    this.iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
  }

  get facts(): ReplyFacts {
    return this.watch;
  }

  /** Whether the model wrote anything that the client can see. */
  get hasText(): boolean {
    return this.watch.hasText;
  }

  /** Whether the answer came to its end: `[DONE]`, or a finish reason of each choice and then a clean close. */
  get isWhole(): boolean {
    return this.hasEnded || this.watch.finishedChoices >= this.choices;
  }

  /**
   * Waits for the first chunk of the answer. Until then another target can still take over.
   * @returns the bytes so far
   * @throws UpstreamError when the vendor reports an error or closes instead
   */
  async begin(): Promise<Buffer> {
    const held: Buffer[] = [];
    let heldBytes = 0;
    while (!this.hasBegun) {
      const bytes = await this.next();
      if (bytes === undefined) throw noStream(this.splitter.holdsPart);
      heldBytes += bytes.length;
      if (this.hasBegun || heldBytes <= MAX_HELD_BYTES) held.push(bytes);
    }
    return Buffer.concat(held);
  }

  /**
   * @returns whole events as they came, possibly none; `undefined` when the answer is whole or the vendor has closed
   * @throws UpstreamError when the vendor reports an error, stays silent or breaks off
   */
  async next(): Promise<Buffer | undefined> {
    if (this.failure) throw this.failure;
    if (this.hasEnded) return undefined;
    const chunk = await this.read();
    if (chunk === undefined) return undefined;
    return this.forward(this.splitter.push(chunk));
  }

  /** Lets the vendor close its side, so that the connection is kept; cuts it when that takes too long. */
  async close(): Promise<void> {
    if (!this.hasEnded) return;
    this.clock.finish(CLOSE_MS);
    while ((await this.read().catch(() => undefined)) !== undefined);
  }

  private async read(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.clock.read(async () => this.iterator.next());
      return done ? undefined : value;
    } catch (cause) {
      this.clock.signal.throwIfAborted();
      throw new UpstreamError({ reason: 'network' }, 'the stream broke off', { cause });
    }
  }

  private forward(events: readonly Buffer[]): Buffer {
    const kept: Buffer[] = [];
    for (const event of events) {
      const kind = this.watch.read(event);
      if (kind === 'error' || kind === 'malformed') {
        this.failure = kind === 'error' ? reportedError(this.watch.error) : malformedEvent();
        if (!this.hasBegun) throw this.failure;
        break;
      }
      if (kind === 'done') {
        this.hasEnded = true;
        break;
      }
      if (kind !== 'quiet') this.hasBegun = true;
      if (kind !== 'usage' || !this.dropUsage) kept.push(event);
    }
    const [first] = kept;
    return first && kept.length === 1 ? first : Buffer.concat(kept);
  }
}

function noStream(hasPart: boolean): UpstreamError {
  if (hasPart) return new UpstreamError({ reason: 'invalid_reply' }, 'the provider sent something other than events');
  return new UpstreamError({ reason: 'network' }, 'the stream closed before it began');
}

/** An error that a vendor put into a stream is taken like the same error before it. */
function reportedError(error: unknown): UpstreamError {
  const status = statusIn(error, 'status_code') ?? statusIn(error, 'code') ?? 502;
  const body = Buffer.from(JSON.stringify({ error }));
  return new UpstreamError({ reason: 'status', status, body }, 'the provider reported an error in its stream');
}

/** Vendors write an error's status as its `code`, or beside a code of letters as its `status_code`. */
function statusIn(error: unknown, field: string): number | undefined {
  const status = typeof error === 'object' && error !== null ? Number(Reflect.get(error, field)) : NaN;
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function malformedEvent(): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, 'the provider sent an event that is not JSON');
}
