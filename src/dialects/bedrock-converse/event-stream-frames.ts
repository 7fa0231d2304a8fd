import { crc32 } from 'node:zlib';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { UpstreamError } from '../../errors/upstream-error.js';
import { GrowingBuffer } from '../growing-buffer.js';

/** The format's own bound. @see https://smithy.io/2.0/aws/amazon-eventstream.html */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Length of the frame, length of its headers, CRC of both. */
const PRELUDE_BYTES = 12;
const PRELUDE_CRC_AT = 8;
/** A frame without headers and payload: the prelude and the CRC of the whole. */
const MIN_FRAME_BYTES = 16;

export interface Frame {
  /** Headers that are text; the format's own begin with a colon. */
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
}

/** Cuts AWS's binary event stream into frames, wherever the bytes were cut on the way, and checks both CRCs of each. */
export class EventStreamFrames {
  private readonly codec = new EventStreamCodec(toUtf8, fromUtf8);
  private readonly held = new GrowingBuffer();
  private neededBytes = PRELUDE_BYTES;

  /**
   * @returns the frames that are whole now
   * @throws UpstreamError `invalid_reply` for a frame that is damaged or too long
   */
  push(chunk: Buffer): Frame[] {
    this.held.append(chunk);
    if (this.held.length < this.neededBytes) return [];
    const frames: Frame[] = [];
    let bytes = this.held.take();
    let length = frameLength(bytes);
    while (length !== undefined && bytes.length >= length) {
      frames.push(this.decode(bytes.subarray(0, length)));
      bytes = bytes.subarray(length);
      length = frameLength(bytes);
    }
    this.held.append(bytes);
    this.neededBytes = length ?? PRELUDE_BYTES;
    return frames;
  }

  private decode(frame: Buffer): Frame {
    try {
      const { headers, body } = this.codec.decode(frame);
      const texts = Object.entries(headers).flatMap(([name, { type, value }]): [string, string][] =>
        type === 'string' ? [[name, value]] : [],
      );
      return { headers: new Map(texts), payload: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
    } catch (cause) {
      throw damaged(cause instanceof Error ? cause.message : 'cannot be read', cause);
    }
  }
}

/** The length that a prelude states, checked before anybody waits for so many bytes; `undefined` without a prelude. */
function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < PRELUDE_BYTES) return undefined;
  if (crc32(bytes.subarray(0, PRELUDE_CRC_AT)) !== bytes.readUInt32BE(PRELUDE_CRC_AT)) {
    throw damaged('the checksum of its prelude is wrong');
  }
  const length = bytes.readUInt32BE(0);
  const headerBytes = bytes.readUInt32BE(4);
  if (length < MIN_FRAME_BYTES || length > MAX_FRAME_BYTES || headerBytes > length - MIN_FRAME_BYTES) {
    throw damaged(`a length of ${length} bytes, ${headerBytes} of them headers`);
  }
  return length;
}

function damaged(what: string, cause?: unknown): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, `a damaged frame of the event stream: ${what}`, { cause });
}
