import { once } from 'node:events';
import type { FastifyReply } from 'fastify';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // Proxies such as nginx would otherwise collect the stream before they pass it on.
  'x-accel-buffering': 'no',
};

/** Proxies and clients take a connection for dead after a minute or half of one. */
const KEEP_ALIVE_MS = 15_000;

/**
 * The client's end of a stream: written raw, held back while the client does not read, and kept alive while there is
 * nothing to write.
 */
export class EventOutlet {
  private timer: NodeJS.Timeout | undefined;
  private opened = false;

  constructor(
    private readonly reply: FastifyReply,
    private readonly signal: AbortSignal,
    /** What says nothing in the client's dialect. */
    private readonly keepAlive: string,
  ) {}

  /** Whether the client has got its headers, so that nothing but the stream can tell it of a failure. */
  get isOpen(): boolean {
    return this.opened;
  }

  /** From here on the client hears something every 15 s, even if no vendor has answered yet. */
  watch(): void {
    this.timer = setInterval(() => this.sendKeepAlive(), KEEP_ALIVE_MS);
  }

  /** Takes the reply over from Fastify and sends its headers with the first bytes. Does nothing the second time. */
  open(): void {
    if (this.opened) return;
    this.opened = true;
    const { raw } = this.reply.headers(STREAM_HEADERS);
    for (const [name, value] of Object.entries(this.reply.getHeaders())) {
      if (value !== undefined) raw.setHeader(name, value);
    }
    this.reply.hijack();
    raw.writeHead(200);
  }

  /**
   * @returns how long the client held it up, in milliseconds
   * @throws the signal's reason when the client leaves or time runs out while it does not read
   */
  async write(bytes: Buffer): Promise<number> {
    if (bytes.length === 0) return 0;
    this.timer?.refresh();
    if (this.reply.raw.write(bytes)) return 0;
    const since = performance.now();
    try {
      await once(this.reply.raw, 'drain', { signal: this.signal });
    } catch (cause) {
      this.signal.throwIfAborted();
      throw cause;
    }
    return performance.now() - since;
  }

  end(last: string): void {
    this.stop();
    this.reply.raw.end(last);
  }

  /** Its owner calls this when nothing more is to be written. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** A client that does not read what it has got is not sent more. */
  private sendKeepAlive(): void {
    const { raw } = this.reply;
    if (raw.destroyed || raw.writableNeedDrain) return;
    this.open();
    raw.write(this.keepAlive);
  }
}
