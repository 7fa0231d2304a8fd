import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientLanguages } from '../dialects/dialects.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { StreamClock } from '../resilience/stream-clock.js';
import { PassthroughPipe } from './passthrough-pipe.js';
import { VendorStream } from './vendor-stream.js';

const COMMENT = ': keep-alive\n\n';
const DONE = 'data: [DONE]\n\n';
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n';
const ERROR = 'data: {"error":{"message":"Overloaded","code":503}}\n\n';

function chunk(content: string, finishReason: string | null = null, index = 0): string {
  const choice = { index, delta: { content }, finish_reason: finishReason };
  return `data: ${JSON.stringify({ model: 'gpt-4o', choices: [choice] })}\n\n`;
}

const answer = [chunk('Hel'), chunk('lo'), chunk('', 'stop'), USAGE, DONE];

function optionsFor(choices: number) {
  return { choices, idleMs: 60_000, workingMs: 60_000 };
}

/** A vendor's body, whose end the test can see. */
class Body {
  isClosed = false;

  constructor(private readonly parts: readonly (string | Error)[]) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (const part of this.parts) {
        if (part instanceof Error) throw part;
        yield Buffer.from(part);
      }
    } finally {
      this.isClosed = true;
    }
  }
}

const parent = new AbortController();
const clocks: StreamClock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.end();
});

function streamOf(body: Body | AsyncIterable<Buffer>, dropUsage = false, choices = 1): VendorStream {
  const clock = new StreamClock(parent.signal, 60_000, () => new UpstreamError({ reason: 'timeout' }, 'silent'));
  clocks.push(clock);
  return new VendorStream(body, clock, chatPipe(dropUsage), optionsFor(choices));
}

function chatPipe(dropUsage = false): PassthroughPipe {
  return new PassthroughPipe(clientLanguages['openai-chat'].passthrough, { dropUsage });
}

/** Reads to the end, or to what went wrong. */
async function read(stream: VendorStream): Promise<{ text: string; failure: unknown }> {
  let text = '';
  try {
    for (let bytes: Buffer | undefined = await stream.begin(); bytes; bytes = await stream.next())
      text += bytes.toString();
    return { text, failure: undefined };
  } catch (failure) {
    return { text, failure };
  }
}

describe('VendorStream', () => {
  it('hands events on as they came, without the terminal one', async () => {
    const stream = streamOf(new Body([COMMENT, ...answer]));
    expect(await read(stream)).toEqual({ text: COMMENT + answer.slice(0, -1).join(''), failure: undefined });
    expect(stream.isWhole).toBe(true);
    expect(stream.pipe.facts).toMatchObject({
      model: 'gpt-4o',
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 4 },
    });
  });

  it('drops the usage chunk that only the gateway asked for, and keeps its count', async () => {
    const stream = streamOf(new Body(answer), true);
    expect((await read(stream)).text).toBe(answer.slice(0, 3).join(''));
    expect(stream.pipe.facts.usage).toEqual({ inputTokens: 3, outputTokens: 4 });
  });

  it('gives the same bytes however the vendor’s were cut', async () => {
    const whole = Buffer.from([COMMENT, ...answer].join(''));
    const expected = (await read(streamOf(new Body([COMMENT, ...answer]), true))).text;
    for (let size = 1; size < 100; size++) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
        whole.toString('latin1', at * size, (at + 1) * size),
      );
      expect((await read(streamOf(new Body(pieces), true))).text, `pieces of ${size}`).toBe(expected);
    }
  });

  it('says when the first text has come', async () => {
    const call = { index: 0, id: 'c-1', function: { name: 'f', arguments: '' } };
    const first = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [call] } }] })}\n\n`;
    const stream = streamOf(new Body([first, ...answer]));
    await stream.begin();
    expect(stream.pipe.hasText).toBe(false);
    await stream.next();
    expect(stream.pipe.hasText).toBe(true);
  });

  it('reads nothing more once it has seen the end', async () => {
    const stream = streamOf(new Body([...answer, chunk('more')]));
    expect((await read(stream)).text).not.toContain('more');
    expect(await stream.next()).toBeUndefined();
  });
});

describe('the beginning of a stream', () => {
  it('waits past the role, which any server can send at once', async () => {
    const stream = streamOf(new Body([chunk(''), COMMENT, chunk('a'), chunk('b')]));
    expect((await stream.begin()).toString()).toBe(chunk('') + COMMENT + chunk('a'));
  });

  it('waits past comments, and hands them on with the first chunk', async () => {
    expect((await streamOf(new Body([COMMENT, COMMENT, chunk('a')])).begin()).toString()).toBe(
      COMMENT + COMMENT + chunk('a'),
    );
  });

  it('does not keep comments without end', async () => {
    const comments: string[] = Array.from({ length: 20_000 }, () => COMMENT);
    const first = await streamOf(new Body([...comments, chunk('a')])).begin();
    expect(first.length).toBeLessThan(70_000);
    expect(first.toString().endsWith(chunk('a'))).toBe(true);
  });

  it.each<[what: string, parts: (string | Error)[], failure: object]>([
    ['an error', [COMMENT, ERROR], { reason: 'status', status: 503 }],
    [
      'an error with a code that is no status',
      ['data: {"error":{"message":"x","code":"tool_use_failed"}}\n\n'],
      { reason: 'status', status: 502 },
    ],
    [
      'an error with its status beside the code, as Groq sends it',
      ['event: error\ndata: {"error":{"message":"x","code":"tool_use_failed","status_code":400}}\n\n'],
      { reason: 'status', status: 400 },
    ],
    ['an error without a code', ['data: {"error":"x"}\n\n'], { reason: 'status', status: 502 }],
    ['an event that is no JSON', ['data: <html>\n\n'], { reason: 'invalid_reply' }],
    ['its end', [COMMENT], { reason: 'network' }],
    ['nothing', [], { reason: 'network' }],
    ['the terminal event', [DONE], { reason: 'network' }],
    ['a reset', [COMMENT, new Error('ECONNRESET')], { reason: 'network' }],
    [
      'a whole JSON answer in place of a stream',
      ['{"choices":[{"message":{"content":"Hi"}}]}'],
      { reason: 'invalid_reply' },
    ],
  ])('that brings %s is a failure, so that another target can take over', async (_, parts, failure) => {
    const stream = streamOf(new Body(parts));
    const error: unknown = await stream.begin().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ failure });
  });
});

describe('a stream that breaks', () => {
  it.each<[how: string, parts: (string | Error)[], failure: object]>([
    ['by an error', [chunk('Hel'), ERROR, chunk('lo')], { reason: 'status', status: 503 }],
    ['by an error in the same read', [chunk('Hel') + ERROR + chunk('lo')], { reason: 'status', status: 503 }],
    [
      'by an event that is no JSON',
      [chunk('Hel'), 'data: {"choices":[{"delta":\n\n', chunk('lo')],
      { reason: 'invalid_reply' },
    ],
    ['by a reset', [chunk('Hel'), new Error('ECONNRESET')], { reason: 'network' }],
    ['by an event without end', [chunk('Hel'), 'data: '.padEnd(17 * 1024 * 1024, 'a')], { reason: 'invalid_reply' }],
  ])('%s gives what came before, then fails', async (_, parts, failure) => {
    const stream = streamOf(new Body(parts));
    const { text, failure: error } = await read(stream);
    expect(text).toBe(parts[0]?.toString().slice(0, text.length));
    expect(text).toContain('Hel');
    expect(text).not.toContain('lo');
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ failure });
  });

  it.each<[where: string, isWhole: boolean, parts: string[]]>([
    ['before a finish reason', false, [chunk('Hel')]],
    ['inside an event', false, [chunk('Hel'), chunk('lo', 'stop').slice(0, -2)]],
    ['after the finish reason, where a vendor sends no [DONE]', true, [chunk('Hel', 'stop')]],
    ['after [DONE]', true, [chunk('Hel', 'stop'), DONE]],
    ['after one of two choices has finished', false, [chunk('a', null, 0), chunk('b', null, 1), chunk('', 'stop', 0)]],
    ['after both of two choices have finished', true, [chunk('a', 'stop', 0), chunk('b', 'stop', 1)]],
  ])('by a clean close %s: whole %s', async (where, isWhole, parts) => {
    const stream = streamOf(new Body(parts), false, where.includes('two choices') ? 2 : 1);
    expect((await read(stream)).failure).toBeUndefined();
    expect(stream.isWhole).toBe(isWhole);
  });

  it('by a client that leaves fails with that reason', async () => {
    const left = new Error('the client left');
    const request = new AbortController();
    const clock = new StreamClock(request.signal, 60_000, () => new Error('silent'));
    clocks.push(clock);
    async function* body(): AsyncGenerator<Buffer> {
      yield Buffer.from(chunk('Hel'));
      request.abort(left);
      throw new Error('aborted');
    }
    const stream = new VendorStream(body(), clock, chatPipe(), optionsFor(1));
    expect((await read(stream)).failure).toBe(left);
  });
});

describe('the vendor’s connection', () => {
  it('is kept when the vendor closes after the end', async () => {
    const body = new Body([...answer, COMMENT]);
    const stream = streamOf(body);
    await read(stream);
    await stream.close();
    expect(body.isClosed).toBe(true);
  });

  it('is ended one second after the end, however much the vendor still sends', async () => {
    vi.useFakeTimers();
    const stop = new AbortController();
    const clock = new StreamClock(stop.signal, 60_000, () => new Error('silent'));
    async function* body(): AsyncGenerator<Buffer> {
      yield Buffer.from(answer.join(''));
      while (!clock.signal.aborted && !stop.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        yield Buffer.from(COMMENT);
      }
    }
    const stream = new VendorStream(body(), clock, chatPipe(), optionsFor(1));
    await read(stream);
    let isClosed = false;
    const closing = stream.close().then(() => (isClosed = true));
    await vi.advanceTimersByTimeAsync(5_000);
    const wasClosed = isClosed;
    stop.abort();
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
    clock.end();
    vi.useRealTimers();
    expect(wasClosed).toBe(true);
  });
});

describe('what comes after the finish reason', () => {
  it('is not waited for long where a vendor neither says so nor closes', async () => {
    vi.useFakeTimers();
    const left = new AbortController();
    const body = async function* () {
      yield Buffer.from(chunk('Hello', 'stop') + USAGE);
      await new Promise((_, reject) => left.signal.addEventListener('abort', () => reject(new Error('cut'))));
    };
    const clock = new StreamClock(parent.signal, 60_000, (ms) => new UpstreamError({ reason: 'timeout' }, `${ms} ms`));
    clock.signal.addEventListener('abort', () => left.abort());
    const stream = new VendorStream(body(), clock, chatPipe(), optionsFor(1));
    await stream.begin();
    const next = stream.next();
    await vi.advanceTimersByTimeAsync(300);
    expect(await next).toBeUndefined();
    expect(stream).toMatchObject({ isWhole: true, pipe: { facts: { usage: { inputTokens: 3, outputTokens: 4 } } } });
    vi.useRealTimers();
    clock.end();
  });

  it('may break off: the answer is there', async () => {
    const stream = streamOf(new Body([chunk('Hello', 'stop'), new Error('ECONNRESET')]));
    expect(await read(stream)).toEqual({ text: chunk('Hello', 'stop'), failure: undefined });
    expect(stream.isWhole).toBe(true);
  });
});

describe('a model that thinks and shows nothing of it', () => {
  const ADDED =
    'data: {"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1"}}\n\n';
  const DELTA = 'data: {"type":"response.output_text.delta","delta":"Hi","output_index":1}\n\n';

  it('may be silent for longer than one that has begun to write', async () => {
    vi.useFakeTimers();
    const parts = Array.from({ length: 5 }, () => Promise.withResolvers<string>());
    const body = async function* () {
      for (const part of parts) yield Buffer.from(await part.promise);
    };
    const clock = new StreamClock(parent.signal, 1_000, (ms) => new UpstreamError({ reason: 'timeout' }, `${ms} ms`));
    clock.signal.addEventListener('abort', () => parts[4]?.reject(clock.signal.reason));
    const pipe = new PassthroughPipe(clientLanguages['openai-responses'].passthrough, { dropUsage: false });
    const stream = new VendorStream(body(), clock, pipe, { choices: 1, idleMs: 2_000, workingMs: 20_000 });
    parts[0]?.resolve(ADDED);
    expect((await stream.begin()).toString()).toBe(ADDED);
    const written = stream.next();
    await vi.advanceTimersByTimeAsync(19_000);
    parts[1]?.resolve(DELTA);
    expect((await written)?.toString()).toBe(DELTA);
    const thinking = stream.next();
    parts[2]?.resolve(ADDED);
    await thinking;
    const thought = stream.next();
    await vi.advanceTimersByTimeAsync(19_000);
    parts[3]?.resolve(DELTA);
    expect((await thought)?.toString()).toBe(DELTA);
    const stalled = stream.next().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(await stalled).toMatchObject({ failure: { reason: 'timeout' }, message: '2000 ms' });
    vi.useRealTimers();
    clock.end();
  });
});
