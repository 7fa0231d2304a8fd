import { describe, expect, it } from 'vitest';
import { answered, faultsOf, type RecordedAnswer } from '../../test/support/recorded-answers.js';
import { clients, decodedEvents, streamFor } from '../../test/support/translating.js';

const streams = answered.filter(([, { streamed }]) => streamed);
/** Streams up to this length are cut at every byte, longer ones at so many places. */
const SHORT_BYTES = 1_000;
const CUTS = 50;

function cutsOf({ bytes: { length } }: RecordedAnswer): number[] {
  const step = length <= SHORT_BYTES ? 1 : length / CUTS;
  return Array.from({ length: Math.floor(length / step) }, (_, index) => Math.floor(index * step));
}

/**
 * What the clients read of a stream that came in these pieces.
 * @param known what they read of events that were met before, by the events' JSON
 */
function readOf(answer: RecordedAnswer, pieces: Buffer[], known: Map<string, readonly string[]>): readonly string[] {
  const events = decodedEvents(answer, undefined, pieces);
  const key = JSON.stringify(events);
  const read = known.get(key) ?? clients.map((client) => streamFor(client, events));
  known.set(key, read);
  return read;
}

describe.skipIf(streams.length === 0)('a stream that goes to a client of any dialect', () => {
  it('is the same wherever it is cut in two, and byte by byte', () => {
    const differing = (answer: RecordedAnswer): (number | string)[] => {
      const { bytes } = answer;
      const known = new Map<string, readonly string[]>();
      const whole = String(readOf(answer, [bytes], known));
      const isOther = (pieces: Buffer[]): boolean => String(readOf(answer, pieces, known)) !== whole;
      const places = cutsOf(answer).filter((at) => isOther([bytes.subarray(0, at), bytes.subarray(at)]));
      return isOther(Array.from(bytes, (byte) => Buffer.of(byte))) ? [...places, 'every byte'] : places;
    };
    expect(faultsOf(streams, differing)).toEqual({});
  });
});
