import { once } from 'node:events';
import type { FastifyReply } from 'fastify';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // Proxies such as nginx would otherwise collect the stream before they pass it on.
  'x-accel-buffering': 'no',
};

/** The client's end of a stream: written raw, and held back while the client does not read. */
export class EventOutlet {
  constructor(
    private readonly reply: FastifyReply,
    private readonly signal: AbortSignal,
  ) {}

  /** Takes the reply over from Fastify and sends its headers with the first bytes. */
  open(): void {
    const { raw } = this.reply.headers(STREAM_HEADERS);
    for (const [name, value] of Object.entries(this.reply.getHeaders())) {
      if (value !== undefined) raw.setHeader(name, value);
    }
    this.reply.hijack();
    raw.writeHead(200);
  }

  /** @throws the signal's reason when the client leaves or time runs out while it does not read */
  async write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0 || this.reply.raw.write(bytes)) return;
    try {
      await once(this.reply.raw, 'drain', { signal: this.signal });
    } catch (cause) {
      this.signal.throwIfAborted();
      throw cause;
    }
  }

  end(last: string): void {
    this.reply.raw.end(last);
  }
}
