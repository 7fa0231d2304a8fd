import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import { EventStreamFrames } from './event-stream-frames.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function frame(payload: string, type = 'messageStart'): Buffer {
  const headers = {
    ':event-type': { type: 'string', value: type },
    ':message-type': { type: 'string', value: 'event' },
    sent: { type: 'integer', value: 1 },
  } as const;
  return Buffer.from(codec.encode({ headers, body: Buffer.from(payload) }));
}

/** After a collection of garbage, so that only what somebody holds is counted. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function refusalOf(bytes: Buffer): unknown {
  try {
    return new EventStreamFrames().push(bytes);
  } catch (error) {
    return error;
  }
}

const INVALID = expect.objectContaining({ failure: { reason: 'invalid_reply' } });

describe('EventStreamFrames', () => {
  it('gives the same frames wherever the bytes are cut', () => {
    const bytes = Buffer.concat([frame('{"a":"ä"}'), frame(''), frame('{"b":2}', 'messageStop')]);
    const whole = new EventStreamFrames().push(bytes);
    expect(whole.map(({ payload }) => payload.toString())).toEqual(['{"a":"ä"}', '', '{"b":2}']);
    expect(whole[2]?.headers).toEqual(
      new Map([
        [':event-type', 'messageStop'],
        [':message-type', 'event'],
      ]),
    );
    for (let at = 0; at <= bytes.length; at++) {
      const frames = new EventStreamFrames();
      expect([...frames.push(bytes.subarray(0, at)), ...frames.push(bytes.subarray(at))]).toEqual(whole);
    }
  });

  it('takes a long frame byte by byte, and holds little more than its bytes', () => {
    const bytes = frame(JSON.stringify({ a: 'x'.repeat(400_000) }));
    const frames = new EventStreamFrames();
    const before = heldBytes();
    for (let at = 0; at < bytes.length - 1; at++) frames.push(bytes.subarray(at, at + 1));
    expect(heldBytes() - before).toBeLessThan(10 * bytes.length);
    expect(frames.push(bytes.subarray(-1))).toHaveLength(1);
  });

  it('refuses a frame with any byte of it changed', () => {
    const whole = frame('{"a":1}');
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      const error = refusalOf(bytes);
      expect(error).toBeInstanceOf(UpstreamError);
      expect(error).toEqual(INVALID);
    }
  });

  it('refuses a wrong length as soon as the prelude is there', () => {
    const bytes = frame('{"a":1}');
    bytes.writeUInt32BE(1_000_000, 0);
    expect(refusalOf(bytes.subarray(0, 12))).toEqual(INVALID);
  });

  it.each([
    ['longer than 16 MiB', 16 * 1024 * 1024 + 1, 0],
    ['shorter than a frame can be', 15, 0],
    ['with more headers than bytes', 100, 85],
  ])('refuses a frame %s whose prelude is sound', async (_name, length, headerBytes) => {
    const { crc32 } = await import('node:zlib');
    const prelude = Buffer.alloc(12);
    prelude.writeUInt32BE(length, 0);
    prelude.writeUInt32BE(headerBytes, 4);
    prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
    expect(refusalOf(prelude)).toEqual(INVALID);
  });
});
