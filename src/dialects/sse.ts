import { UpstreamError } from '../errors/upstream-error.js';
import { GrowingBuffer } from './growing-buffer.js';
import type { JsonObject } from './conversation.js';
import { isObject } from './fields.js';
import { parseJson } from './json.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Far above any event a vendor sends; a stream without event ends must not fill the memory. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/**
 * Cuts a server-sent event stream into its events without decoding them, wherever the bytes were cut on the way. Lines
 * end with LF, CRLF or CR.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseSplitter {
  private readonly held = new GrowingBuffer();
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
    return this.held.length > 0 ? this.held.take() : undefined;
  }

  /** Whether an event has begun and not ended. */
  get holdsPart(): boolean {
    return this.held.length > 0;
  }

  private hold(bytes: Buffer): void {
    if (this.held.length + bytes.length > MAX_EVENT_BYTES) {
      throw new UpstreamError({ reason: 'invalid_reply' }, `an event of more than ${MAX_EVENT_BYTES} bytes`);
    }
    this.held.append(bytes);
  }

  private release(last: Buffer): Buffer {
    return this.held.length === 0 ? last : Buffer.concat([this.held.take(), last]);
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
