import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../test/support/recordings.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { SseReader, SseSplitter, eventData } from './sse.js';

const MEBIBYTE = 1024 * 1024;

function split(chunks: readonly Buffer[]): string[] {
  const splitter = new SseSplitter();
  return chunks.flatMap((chunk) => splitter.push(chunk)).map((event) => event.toString('latin1'));
}

function inPieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

describe('SseSplitter', () => {
  const events = ['data: {"a":"é😀"}\r\n\r\n', ': a comment\n\n', 'event: x\ndata: 1\ndata: 2\n\n', 'data: [DONE]\n\n'];
  const stream = Buffer.from(events.join(''));
  const expected = events.map((event) => Buffer.from(event).toString('latin1'));

  it('gives each event with its closing blank line', () => {
    expect(split([stream])).toEqual(expected);
  });

  it.each(Array.from(stream.keys()))('finds the same events when the stream is cut at byte %i', (at) => {
    expect(split([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
  });

  it.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'finds the same events in pieces of %i bytes',
    (size) => {
      expect(split(inPieces(stream, size))).toEqual(expected);
    },
  );

  it('holds an event without its blank line back', () => {
    expect(split([Buffer.from('data: 1\n\ndata: 2\n')])).toEqual(['data: 1\n\n']);
  });

  it('keeps what it holds back when the chunk it came in is reused', () => {
    const splitter = new SseSplitter();
    const chunk = Buffer.from('data: 1');
    splitter.push(chunk);
    chunk.fill('x');
    expect(splitter.push(Buffer.from('\n\n')).map(String)).toEqual(['data: 1\n\n']);
  });

  it.each([1, 3])('refuses an event of more than 16 MiB that comes in %i pieces', (pieces) => {
    const splitter = new SseSplitter();
    const chunk = Buffer.alloc(Math.ceil((16 * MEBIBYTE + 1) / pieces), 'a');
    const pushAll = (): void => {
      for (let sent = 0; sent < pieces; sent++) splitter.push(chunk);
    };
    expect(pushAll).toThrow(UpstreamError);
    expect(pushAll).toThrow(/16777216 bytes/);
  });

  it('lets any number of events pass that are within the bound themselves', () => {
    const splitter = new SseSplitter();
    const line = Buffer.alloc(3 * MEBIBYTE, 'a');
    for (let sent = 0; sent < 10; sent++) {
      splitter.push(line);
      expect(splitter.push(Buffer.from('\n\n'))).toHaveLength(1);
    }
  });
});

it('holds an event of single bytes in little more than its own size', () => {
  const splitter = new SseSplitter();
  const one = Buffer.from('a');
  const before = process.memoryUsage();
  for (let sent = 0; sent < 4_000_000; sent++) splitter.push(one);
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.external - before.heapUsed - before.external;
  expect(splitter.holdsPart).toBe(true);
  expect(grown).toBeLessThan(64 * 1024 * 1024);
});

const recordings = ['openai-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat']
  .flatMap((folder) => recordingsOf(folder))
  .filter(({ streamed }) => streamed);

if (recordings.length === 0)
  process.stderr.write('Skipping recorded streams: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

describe.skipIf(recordings.length === 0)('recorded streams', () => {
  /** Beyond it, only pieces are tried: a cut at every byte of a long stream tells nothing new and takes seconds. */
  const MAX_CUT_BYTES = 6_000;

  it.each(recordings)('$name gives the same events wherever it is cut', ({ reply }) => {
    const bytes = Buffer.from(reply);
    const expected = reply.split(/(?<=\n\n)/).map((event) => Buffer.from(event).toString('latin1'));
    const expectedEnds = expected.map(({ length }) => length).join();
    const endsOf = (chunks: readonly Buffer[]): string =>
      split(chunks)
        .map(({ length }) => length)
        .join();

    expect(split([bytes])).toEqual(expected);
    expect(split(inPieces(bytes, 1))).toEqual(expected);
    const sizes = Array.from({ length: 64 }, (_, index) => index + 1);
    expect(sizes.filter((size) => endsOf(inPieces(bytes, size)) !== expectedEnds)).toEqual([]);
    const start = bytes.subarray(0, MAX_CUT_BYTES);
    const startEnds = endsOf([start]);
    const cuts = Array.from(start.keys());
    expect(cuts.filter((at) => endsOf([start.subarray(0, at), start.subarray(at)]) !== startEnds)).toEqual([]);
  });
});

describe('lines that end with CR alone', () => {
  const text = 'data: 1\r\rdata: 2\rdata: 3\r\r: end\n\n';

  it('end events too, wherever they are cut', () => {
    const whole = Buffer.from(text);
    const expected = ['data: 1\r\r', 'data: 2\rdata: 3\r\r', ': end\n\n'];
    for (let at = 0; at <= whole.length; at++) {
      expect(split([whole.subarray(0, at), whole.subarray(at)])).toEqual(expected);
    }
  });
});

describe('SseReader', () => {
  const text = ': hi\n\nevent: a\ndata: "é😀"\n\ndata:\n\ndata: 2\r\n\r\ndata: [DONE]';

  it('gives the same texts wherever the bytes are cut, inside a character too', () => {
    const whole = Buffer.from(text);
    for (let at = 0; at <= whole.length; at++) {
      const reader = new SseReader();
      const read = [...reader.push(whole.subarray(0, at)), ...reader.push(whole.subarray(at))];
      expect(read).toEqual(['"é😀"', '2']);
      expect(reader.end()).toEqual(['[DONE]']);
      expect(reader.end()).toEqual([]);
    }
  });
});

describe('eventData', () => {
  it.each<[form: string, event: string, data: string | undefined]>([
    ['one line', 'data: {"a":1}\n\n', '{"a":1}'],
    ['one line without the space', 'data:{"a":1}\n\n', '{"a":1}'],
    ['one line that ends in CRLF', 'data: {"a":1}\r\n\r\n', '{"a":1}'],
    ['one line among other fields', 'event: message\nid: 7\ndata: 1\nretry: 5\n\n', '1'],
    ['several lines, joined by line feeds', 'data: {\ndata: "a":1}\n\n', '{\n"a":1}'],
    ['several lines that end in CRLF', 'data: 1\r\ndata: 2\r\n\r\n', '1\n2'],
    ['an empty line of data', 'data:\n\n', ''],
    ['a comment before the data', ': hello\ndata: 1\n\n', '1'],
    ['no data but a comment', ': OPENROUTER PROCESSING\n\n', undefined],
    ['no data but other fields', 'event: ping\nid: 1\n\n', undefined],
    ['no data but a field whose name only begins like it', 'database: 1\n\n', undefined],
    ['nothing at all', '\n', undefined],
  ])('reads %s', (_, event, data) => {
    expect(eventData(Buffer.from(event))).toBe(data);
  });

  it('keeps every byte of text as one latin1 character', () => {
    const data = eventData(Buffer.from('data: "é😀"\n\n'));
    expect(Buffer.from(data ?? '', 'latin1').toString()).toBe('"é😀"');
  });
});
