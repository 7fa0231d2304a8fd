import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { send } from './answers.js';
import type { Answer, FakeModel, FakeVendor } from './fake-vendor.js';
import type { Recording } from './recordings.js';

/**
 * How a recorded reply is cut into writes. The recordings have lost their own chunk boundaries, so every cut is as
 * likely as any other: through an event, a word, a character.
 */
export type Cuts = 'whole' | 'single bytes' | 'uneven pieces';

/** A model of the vendor that answers as the recording did. */
export function replay(vendor: FakeVendor, recording: Recording, cuts: Cuts): FakeModel {
  return vendor.model(answerWith(recording, (reply) => pieces(reply, recording.name, cuts)));
}

/** As {@link replay}, but the connection drops after this many bytes. */
export function replayUntil(vendor: FakeVendor, recording: Recording, byteCount: number): FakeModel {
  return vendor.model(async (call) => {
    call.response.writeHead(recording.status, { 'content-type': recording.contentType });
    await send(call, Buffer.from(recording.reply).subarray(0, byteCount));
    call.response.destroy();
  });
}

function answerWith(recording: Recording, cut: (reply: Buffer) => Iterable<Buffer>): Answer {
  return async (call) => {
    call.response.writeHead(recording.status, { 'content-type': recording.contentType });
    for (const piece of cut(Buffer.from(recording.reply))) {
      await send(call, piece);
      // A turn between two writes, or the kernel hands them over as one.
      await nextTurn();
    }
    call.response.end();
  };
}

function* pieces(reply: Buffer, seed: string, cuts: Cuts): Iterable<Buffer> {
  const random = createHash('sha256').update(seed).digest();
  for (let start = 0, count = 0; start < reply.length; count++) {
    const uneven = 1 + (random[count % random.length] ?? 0);
    const length = { whole: reply.length, 'single bytes': 1, 'uneven pieces': uneven }[cuts];
    yield reply.subarray(start, start + length);
    start += length;
  }
}
