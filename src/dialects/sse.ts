import { UpstreamError } from '../errors/upstream-error.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Far above any event a vendor sends; a stream without event ends must not fill the memory. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/**
 * Cuts a server-sent event stream into its events without decoding them, wherever the bytes were cut on the way. Lines
 * end with LF or CRLF.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseSplitter {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private atLineStart = true;

  /**
   * @returns the events that are whole now, each with its closing blank line; views into `chunk` where they can be
   * @throws UpstreamError when an event grows past the bound
   */
  push(chunk: Buffer): Buffer[] {
    const events: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === CARRIAGE_RETURN) continue;
      if (byte !== LINE_FEED) {
        this.atLineStart = false;
        continue;
      }
      if (this.atLineStart) {
        events.push(this.release(chunk.subarray(start, at + 1)));
        start = at + 1;
      }
      this.atLineStart = true;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
    return events;
  }

  /** Whether an event has begun and not ended. */
  get holdsPart(): boolean {
    return this.heldBytes > 0;
  }

  private hold(bytes: Buffer): void {
    this.heldBytes += bytes.length;
    if (this.heldBytes > MAX_EVENT_BYTES) {
      throw new UpstreamError({ reason: 'invalid_reply' }, `an event of more than ${MAX_EVENT_BYTES} bytes`);
    }
    // A copy: a view would keep the socket's whole read buffer alive.
    this.held.push(Buffer.from(bytes));
  }

  private release(last: Buffer): Buffer {
    if (this.held.length === 0) return last;
    const event = Buffer.concat([...this.held, last]);
    this.held = [];
    this.heldBytes = 0;
    return event;
  }
}

/**
 * The payload of one event: its `data` lines joined by line feeds, as latin1 text, in which JSON's own signs can be
 * searched without the cost of decoding UTF-8.
 * @returns `undefined` for an event without data, such as a comment
 */
export function eventData(event: Buffer): string | undefined {
  const text = event.toString('latin1');
  if (text.startsWith('data:') && text.indexOf('\n') >= text.length - 2) return text.slice(5).trim();
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  if (lines.length === 0) return undefined;
  return lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n');
}
