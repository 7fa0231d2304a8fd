import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.js';
import type { StreamEvent } from '../reply.js';
import { BedrockConverseStreamDecoder } from './bedrock-converse.stream-decoder.js';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function frame(headers: Readonly<Record<string, string>>, payload: unknown): Buffer {
  const tagged = Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }]);
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return Buffer.from(codec.encode({ headers: Object.fromEntries(tagged), body }));
}

function event(type: string, payload: unknown): Buffer {
  return frame({ ':message-type': 'event', ':event-type': type }, payload);
}

const start = (index: number, block: object): Buffer =>
  event('contentBlockStart', { contentBlockIndex: index, start: block });
const delta = (index: number, block: object): Buffer =>
  event('contentBlockDelta', { contentBlockIndex: index, delta: block });
const stop = (index: number): Buffer => event('contentBlockStop', { contentBlockIndex: index, p: 'abc' });
const messageStop = event('messageStop', { stopReason: 'tool_use' });
const metadata = event('metadata', {
  metrics: { latencyMs: 1 },
  usage: { inputTokens: 3, outputTokens: 4, totalTokens: 18, cacheReadInputTokens: 5, cacheWriteInputTokens: 6 },
});

function eventsOf(frames: readonly Buffer[], unknown = new Set<string>()): StreamEvent[] {
  const decoder = new BedrockConverseStreamDecoder(unknown);
  return [...decoder.push(Buffer.concat(frames)), ...decoder.end()];
}

describe('BedrockConverseStreamDecoder', () => {
  it('hands out the arguments of tool calls as they come', () => {
    const frames = [
      event('messageStart', { role: 'assistant' }),
      delta(0, { text: 'Hi' }),
      stop(0),
      start(1, { toolUse: { toolUseId: 'a', name: 'f' } }),
      delta(1, { toolUse: { input: '{"x"' } }),
      delta(1, { toolUse: { input: ':1}' } }),
      stop(1),
      messageStop,
      metadata,
    ];
    const unknown = new Set<string>();
    expect(eventsOf(frames, unknown)).toEqual([
      { type: 'start' },
      { type: 'text', choice: 0, part: 0, text: 'Hi' },
      { type: 'part-end', choice: 0, part: 0 },
      { type: 'tool-call', choice: 0, part: 1, id: 'a', name: 'f' },
      { type: 'arguments', choice: 0, part: 1, text: '{"x"' },
      { type: 'arguments', choice: 0, part: 1, text: ':1}' },
      { type: 'part-end', choice: 0, part: 1 },
      { type: 'finish', choice: 0, finish: { reason: 'tool-calls', native: 'tool_use' } },
      { type: 'usage', usage: { inputTokens: 3, outputTokens: 4, cacheReadTokens: 5, cacheWriteTokens: 6 } },
      { type: 'done' },
    ]);
    expect([...unknown]).toEqual([]);
  });

  it('joins the bytes of hidden reasoning and the pieces of a signature', () => {
    const data = 'EtkECkgIBxAB';
    const [first, second] = [data.slice(0, 5), data.slice(5)].map((text) => Buffer.from(text).toString('base64'));
    const events = eventsOf([
      delta(0, { reasoningContent: { redactedContent: first } }),
      delta(0, { reasoningContent: { redactedContent: second } }),
      stop(0),
      delta(1, { reasoningContent: { text: 'so' } }),
      delta(1, { reasoningContent: { signature: 'Ep' } }),
      delta(1, { reasoningContent: { signature: 'ab' } }),
      messageStop,
    ]);
    expect(collectReply(events).choices[0]?.parts).toEqual([
      { type: 'reasoning', text: '', signature: { origin: 'anthropic', value: data, redacted: true } },
      { type: 'reasoning', text: 'so', signature: { origin: 'anthropic', value: 'Epab' } },
    ]);
  });

  it('keeps the calls of tools that Bedrock runs, and their results, as they are', () => {
    const call = { toolUseId: 's', name: 'nova_code_interpreter', type: 'server_tool_use' };
    const result = { toolUseId: 's', type: 'nova_code_interpreter_result', status: 'success' };
    const events = eventsOf([
      start(0, { toolUse: call }),
      delta(0, { toolUse: { input: '{"snippet":' } }),
      delta(0, { toolUse: { input: '"1"}' } }),
      stop(0),
      start(1, { toolResult: result }),
      delta(1, { toolResult: [{ json: { stdOut: '1' } }] }),
      stop(1),
      messageStop,
    ]);
    expect(collectReply(events).choices[0]?.parts).toEqual([
      {
        type: 'native',
        dialect: 'bedrock-converse',
        kind: 'server_tool_use',
        value: { toolUse: { ...call, input: { snippet: '1' } } },
      },
      {
        type: 'native',
        dialect: 'bedrock-converse',
        kind: 'tool_result',
        value: { toolResult: { ...result, content: [{ json: { stdOut: '1' } }] } },
      },
    ]);
  });

  it('reads citations and images', () => {
    const citation = { title: 'T', sourceContent: [{ text: 'w' }], location: { web: { url: 'https://a.b' } } };
    const events = eventsOf([
      delta(0, { text: 'said' }),
      delta(0, { citation }),
      start(1, { image: { format: 'png' } }),
      delta(1, { image: { source: { bytes: Buffer.from('abcd').toString('base64') } } }),
      delta(1, { image: { source: { bytes: Buffer.from('e').toString('base64') } } }),
      stop(1),
      messageStop,
    ]);
    expect(collectReply(events).choices[0]?.parts).toEqual([
      {
        type: 'text',
        text: 'said',
        citations: [
          {
            url: 'https://a.b',
            title: 'T',
            citedText: 'w',
            native: { dialect: 'bedrock-converse', value: citation },
          },
        ],
      },
      {
        type: 'media',
        kind: 'image',
        mediaType: 'image/png',
        source: { type: 'data', base64: Buffer.from('abcde').toString('base64') },
      },
    ]);
  });

  it.each([
    ['throttlingException', 429],
    ['modelStreamErrorException', 424],
    ['validationException', 400],
    ['serviceUnavailableException', 503],
    ['internalServerException', 500],
    ['modelTimeoutException', 408],
  ])('reports %s as %i and then nothing', (type, status) => {
    const exception = frame({ ':message-type': 'exception', ':exception-type': type }, { message: 'No.' });
    const events = eventsOf([delta(0, { text: 'Hi' }), exception, messageStop, metadata]);
    expect(events.slice(1)).toEqual([{ type: 'error', error: { message: 'No.', type, status } }]);
  });

  it('reads an error that stands in the headers', () => {
    const error = frame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Gone.' }, '');
    expect(eventsOf([error])).toEqual([{ type: 'error', error: { message: 'Gone.', type: 'InternalError' } }]);
  });

  it('takes a stream that ends after messageStop for whole, and one that ends before it for cut', () => {
    expect(eventsOf([delta(0, { text: 'Hi' }), messageStop]).at(-1)).toEqual({ type: 'done' });
    expect(eventsOf([delta(0, { text: 'Hi' }), stop(0)]).map(({ type }) => type)).toEqual(['text', 'part-end']);
  });

  it('refuses an event that is not JSON', () => {
    expect(() => eventsOf([event('messageStart', '{')])).toThrow('not JSON');
  });

  it('names what it does not know', () => {
    const unknown = new Set<string>();
    eventsOf([event('surprise', {}), delta(0, { text: 'Hi', glow: 1 }), event('metadata', { mood: 1 })], unknown);
    expect([...unknown]).toEqual(['event.surprise', 'delta.glow', 'metadata.mood']);
  });
});
