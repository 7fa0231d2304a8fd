import { UpstreamError } from '../errors/upstream-error.js';
import type { JsonObject } from './conversation.js';
import { isObject } from './fields.js';
import { parseJson } from './json.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const NOTHING = Buffer.alloc(0);

/** Far above any event a vendor sends; a stream without event ends must not fill the memory. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/**
 * Cuts a server-sent event stream into its events without decoding them, wherever the bytes were cut on the way. Lines
 * end with LF, CRLF or CR.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseSplitter {
  /** Grows by doubling: chunks may be of a byte each. */
  private held = NOTHING;
  private heldBytes = 0;
  private atLineStart = true;
  /** The last byte was a CR, and whether a LF belongs to it is not known yet. */
  private afterReturn = false;

  /**
   * @returns the events that are whole now, each with its closing blank line; views into `chunk` where they can be
   * @throws UpstreamError when an event grows past the bound
   */
  push(chunk: Buffer): Buffer[] {
    const events: Buffer[] = [];
    let start = 0;
    const endLine = (end: number): void => {
      if (this.atLineStart) {
        events.push(this.release(chunk.subarray(start, end)));
        start = end;
      }
      this.atLineStart = true;
    };
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.afterReturn && byte !== LINE_FEED) endLine(at);
      this.afterReturn = byte === CARRIAGE_RETURN;
      if (byte === LINE_FEED) endLine(at + 1);
      else if (byte !== CARRIAGE_RETURN) this.atLineStart = false;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
    return events;
  }

  /** What has come of an event that has not ended. The specification drops it; some vendors forget the blank line. */
  rest(): Buffer | undefined {
    return this.heldBytes > 0 ? this.release(Buffer.alloc(0)) : undefined;
  }

  /** Whether an event has begun and not ended. */
  get holdsPart(): boolean {
    return this.heldBytes > 0;
  }

  private hold(bytes: Buffer): void {
    const end = this.heldBytes + bytes.length;
    if (end > MAX_EVENT_BYTES) {
      throw new UpstreamError({ reason: 'invalid_reply' }, `an event of more than ${MAX_EVENT_BYTES} bytes`);
    }
    if (end > this.held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.held.length));
      this.held.copy(grown, 0, 0, this.heldBytes);
      this.held = grown;
    }
    // A copy: a view would keep the socket's whole read buffer alive.
    bytes.copy(this.held, this.heldBytes);
    this.heldBytes = end;
  }

  private release(last: Buffer): Buffer {
    if (this.heldBytes === 0) return last;
    const event = Buffer.concat([this.held.subarray(0, this.heldBytes), last]);
    this.held = NOTHING;
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
  const lines = text.split(LINE_END).filter((line) => line.startsWith('data:'));
  if (lines.length === 0) return undefined;
  return lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n');
}

const LINE_END = /\r\n|\n|\r/;

/**
 * @param data as `eventData` gives it
 * @returns `undefined` for data that is not an object in JSON
 */
export function eventObject(data: string): JsonObject | undefined {
  const value = parseJson(Buffer.from(data, 'latin1').toString());
  return isObject(value) ? value : undefined;
}

/** The payloads of a server-sent event stream as text, for a decoder that parses each of them. */
export class SseReader {
  private readonly splitter = new SseSplitter();

  /** @returns the data of each event that is whole now; events without data are left out */
  push(chunk: Buffer): string[] {
    return this.splitter.push(chunk).flatMap(dataOf);
  }

  /** The data of an event that nothing ended before the stream did. */
  end(): string[] {
    const rest = this.splitter.rest();
    return rest ? dataOf(rest) : [];
  }
}

function dataOf(event: Buffer): string[] {
  const data = eventData(event)?.trim();
  return data === undefined || data === '' ? [] : [Buffer.from(data, 'latin1').toString()];
}

/** One server-sent event. JSON has no line feeds of its own, so one data line holds it. */
export function formatEvent(data: object, name?: string): string {
  return name === undefined ? `data: ${JSON.stringify(data)}\n\n` : `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
