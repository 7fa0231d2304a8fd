import { UpstreamError } from '../errors/upstream-error.js';
import type { StreamClock } from '../resilience/stream-clock.js';
import type { AnswerPipe } from './answer-pipe.js';

/** How long a vendor may take to close a stream whose end has been seen, so that its connection can be used again. */
const CLOSE_MS = 1_000;
/** How long a vendor may take, once each answer has its finish reason, for its usage and then for its terminal event. */
const USAGE_MS = 2_000;
const TERMINAL_MS = 250;

interface VendorStreamOptions {
  /** How many answers were asked for. */
  readonly choices: number;
  /** How long a read may take. */
  readonly idleMs: number;
  /** The same while the model is at work and shows nothing of it: one that thinks may be silent for minutes. */
  readonly workingMs: number;
}

/** A vendor's stream on its way to a client: reads it under its clocks and knows whether it is whole. */
export class VendorStream {
  private readonly iterator: AsyncIterator<Buffer> | Iterator<Buffer>;
  private isClosed = false;
  /** How long all that is left may take, once every answer has its end. */
  private restMs: number | undefined;
  /** How long a read may take now; `undefined` until the model is known to be at work. */
  private readMs: number | undefined;

  constructor(
    body: AsyncIterable<Buffer> | Iterable<Buffer>,
    private readonly clock: StreamClock,
    readonly pipe: AnswerPipe,
    private readonly options: VendorStreamOptions,
  ) {
    this.iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
  }

  /** Whether the answer came to its end: the terminal event, or a finish reason of each choice and then a clean close. */
  get isWhole(): boolean {
    return this.pipe.hasEnded || this.pipe.finishedChoices >= this.options.choices;
  }

  /**
   * Waits for the first part of the answer that the client can see. Until then another target can still take over.
   * @returns the bytes so far
   * @throws UpstreamError when the vendor reports an error or closes instead
   */
  async begin(): Promise<Buffer> {
    const held: Buffer[] = [];
    while (!this.pipe.hasBegun) {
      const bytes = await this.next();
      if (bytes === undefined && !this.pipe.hasBegun) throw noStream(this.pipe.holdsPart);
      if (bytes === undefined) break;
      if (!this.pipe.hasBegun && this.pipe.failure) throw this.pipe.failure;
      held.push(bytes);
    }
    return Buffer.concat(held);
  }

  /**
   * @returns what the client gets next, possibly nothing; `undefined` when the answer is whole or the vendor has closed
   * @throws UpstreamError when the vendor reports an error, stays silent or breaks off before the answer is whole
   */
  async next(): Promise<Buffer | undefined> {
    const { failure, hasEnded } = this.pipe;
    if (failure && !this.isWhole) throw failure;
    if (failure || hasEnded || this.isClosed) return undefined;
    const chunk = this.isWhole ? await this.readRest() : await this.read();
    if (chunk !== undefined) return this.push(chunk);
    this.isClosed = true;
    const last = this.pipe.close();
    return last.length > 0 || this.pipe.failure ? last : undefined;
  }

  /** Lets the vendor close its side, so that the connection is kept; cuts it when that takes too long. */
  async close(): Promise<void> {
    if (!this.pipe.hasEnded) return;
    this.clock.finish(CLOSE_MS);
    while ((await this.read().catch(() => undefined)) !== undefined);
  }

  private push(chunk: Buffer): Buffer {
    const bytes = this.pipe.push(chunk);
    const readMs = this.allowedMs();
    if (readMs !== undefined && readMs !== this.readMs) this.clock.begin(readMs);
    this.readMs = readMs;
    return bytes;
  }

  private allowedMs(): number | undefined {
    const { hasText, isWorking, isThinking } = this.pipe;
    if (hasText && !isThinking) return this.options.idleMs;
    return isWorking ? this.options.workingMs : undefined;
  }

  /** Every answer has come to its end: what else there may be is waited for, but not for long, and not missed. */
  private async readRest(): Promise<Buffer | undefined> {
    const restMs = this.pipe.facts.usage === undefined ? USAGE_MS : TERMINAL_MS;
    if (restMs !== this.restMs) this.clock.finish(restMs);
    this.restMs = restMs;
    try {
      return await this.read();
    } catch (error) {
      if (error instanceof UpstreamError) return undefined;
      throw error;
    }
  }

  private async read(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.clock.read(async () => this.iterator.next());
      return done ? undefined : value;
    } catch (cause) {
      this.clock.signal.throwIfAborted();
      if (cause instanceof UpstreamError) throw cause;
      throw new UpstreamError({ reason: 'network' }, 'the stream broke off', { cause });
    }
  }
}

function noStream(hasPart: boolean): UpstreamError {
  if (hasPart) return new UpstreamError({ reason: 'invalid_reply' }, 'the provider sent something other than events');
  return new UpstreamError({ reason: 'network' }, 'the stream closed before it began');
}
