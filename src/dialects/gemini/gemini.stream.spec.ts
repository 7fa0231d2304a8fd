import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import { UpstreamError } from '../../errors/upstream-error.js';
import { collectReply } from '../collect-reply.js';
import type { Conversation, JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import type { StreamEvent } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { formatEvent } from '../sse.js';
import { geminiClient, geminiVendor } from './gemini.dialect.js';

function chunk(parts: readonly JsonObject[], candidate: JsonObject = {}, rest: JsonObject = {}): string {
  const candidates = [{ content: { parts, role: 'model' }, index: 0, ...candidate }];
  return formatEvent({ candidates, modelVersion: 'gemini-3-flash', responseId: 'abc', ...rest });
}

function eventsOf(...chunks: readonly (string | Buffer)[]): StreamEvent[] {
  const decoder = geminiVendor.streamDecoder();
  return [...chunks.flatMap((piece) => decoder.push(Buffer.from(piece))), ...decoder.end()];
}

function partsOf(...chunks: readonly string[]) {
  return collectReply(eventsOf(...chunks)).choices[0]?.parts;
}

function written(events: readonly StreamEvent[], losses = new Losses()): string {
  const conversation: Conversation = { model: 'm', stream: true, messages: [], unmodelled: [] };
  const context: ReplyContext = { requestId: 'request', model: 'asked-model', conversation, createdAt: 0, losses };
  const encoder = geminiClient.streamEncoder(context);
  const sequencer = new Sequencer();
  const ordered = [...events.flatMap((event) => sequencer.push(event)), ...sequencer.end()];
  const text = ordered.map((event) => encoder.write(event)).join('');
  const { closing, terminal } = encoder.end();
  return text + closing + terminal;
}

function bodiesOf(text: string): JsonObject[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event): JsonObject => JSON.parse(event.slice('data: '.length)));
}

describe("Gemini's stream", () => {
  const stream = [
    chunk([{ text: 'Let me ', thought: true }]),
    chunk([{ text: 'think. é日😀', thought: true }]),
    chunk(
      [{ text: 'Par' }],
      {},
      { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, totalTokenCount: 4 } },
    ),
    chunk([{ text: 'is' }]),
    chunk([{ text: '', thoughtSignature: 'sig' }]),
    chunk([{ functionCall: { id: '1', name: 'f', args: { a: 'é' } }, thoughtSignature: 'call' }]),
    chunk([{ text: '' }], { finishReason: 'STOP' }, { usageMetadata: { promptTokenCount: 3, totalTokenCount: 9 } }),
  ].join('');

  it('tells the same wherever its bytes are cut', () => {
    const bytes = Buffer.from(stream);
    const whole = collectReply(eventsOf(bytes));
    expect(whole).toEqual({
      id: 'abc',
      model: 'gemini-3-flash',
      choices: [
        {
          index: 0,
          parts: [
            { type: 'reasoning', text: 'Let me think. é日😀' },
            { type: 'text', text: 'Paris', signature: { origin: 'google', value: 'sig' } },
            {
              type: 'tool-call',
              id: '1',
              name: 'f',
              arguments: '{"a":"é"}',
              signature: { origin: 'google', value: 'call' },
            },
          ],
          finish: { reason: 'tool-calls', native: 'STOP' },
        },
      ],
      usage: { inputTokens: 3, outputTokens: 6 },
    });
    for (let at = 1; at < bytes.length; at++) {
      expect(collectReply(eventsOf(bytes.subarray(0, at), bytes.subarray(at)))).toEqual(whole);
    }
  });

  it('gives out each text with the chunk that brings it', () => {
    const decoder = geminiVendor.streamDecoder();
    expect(decoder.push(Buffer.from(chunk([{ text: 'Par' }])))).toEqual([
      { type: 'start', id: 'abc', model: 'gemini-3-flash' },
      { type: 'text', choice: 0, part: 0, text: 'Par' },
    ]);
    expect(decoder.push(Buffer.from(chunk([{ text: 'is' }])))).toEqual([
      { type: 'text', choice: 0, part: 0, text: 'is' },
    ]);
  });

  it('begins another text after a signature, and keeps one that has no text', () => {
    expect(partsOf(chunk([{ text: 'a', thoughtSignature: 'x' }]), chunk([{ text: 'b' }]))).toEqual([
      { type: 'text', text: 'a', signature: { origin: 'google', value: 'x' } },
      { type: 'text', text: 'b' },
    ]);
    expect(partsOf(chunk([{ text: 'a', thought: true }]), chunk([{ text: '', thoughtSignature: 'x' }]))).toEqual([
      { type: 'reasoning', text: 'a' },
      { type: 'text', text: '', signature: { origin: 'google', value: 'x' } },
    ]);
  });

  it('puts arguments together that come value by value', () => {
    const call = (functionCall: JsonObject) => chunk([{ functionCall }]);
    const parts = partsOf(
      call({ id: '1', name: 'f', willContinue: true }),
      call({ partialArgs: [{ jsonPath: '$.city', stringValue: 'Par', willContinue: true }], willContinue: true }),
      call({ partialArgs: [{ jsonPath: '$.city', stringValue: 'is' }], willContinue: true }),
      call({
        partialArgs: [
          { jsonPath: '$.days[0].n', numberValue: 3 },
          { jsonPath: "$.days[0]['is it']", boolValue: true },
          { jsonPath: '$.days[900000000]', nullValue: 'NULL_VALUE' },
          { jsonPath: '$.__proto__.polluted', boolValue: true },
        ],
        willContinue: true,
      }),
      call({}),
      call({ name: 'g', args: {} }),
    );
    expect(parts).toEqual([
      {
        type: 'tool-call',
        id: '1',
        name: 'f',
        arguments: '{"city":"Paris","days":[{"n":3,"is it":true},null],"__proto__":{"polluted":true}}',
      },
      { type: 'tool-call', id: 'call_abc_0_1', name: 'g', arguments: '{}' },
    ]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('cites once what several chunks say', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
      groundingSupports: [{ segment: { endIndex: 5, text: 'Paris' }, groundingChunkIndices: [0] }],
    };
    const parts = partsOf(
      chunk([{ text: 'Par' }], { groundingMetadata }),
      chunk([{ text: 'is' }], { groundingMetadata, finishReason: 'STOP' }),
    );
    expect(parts).toMatchObject([{ text: 'Paris', citations: [{ url: 'https://a', start: 0, end: 5 }] }]);
    expect(parts?.[0]).toHaveProperty('citations.length', 1);
  });

  it('is whole once every answer has ended, and only then', () => {
    const done = { type: 'done' };
    const ended = chunk([{ text: 'a' }], { finishReason: 'STOP' });
    expect(eventsOf(ended).at(-1)).toEqual(done);
    expect(eventsOf(chunk([{ text: 'a' }]))).not.toContainEqual(done);
    expect(eventsOf(ended, chunk([{ text: 'b' }], { index: 1 }))).not.toContainEqual(done);
    expect(eventsOf(ended, chunk([{ text: 'b' }], { index: 1, finishReason: 'STOP' })).at(-1)).toEqual(done);
    expect(eventsOf()).toEqual([]);
  });

  it('ends an answer once, though old models say so in each chunk', () => {
    const events = eventsOf(chunk([{ text: 'a' }], { finishReason: 'STOP' }), chunk([], { finishReason: 'STOP' }));
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1);
  });

  it('is whole where the prompt was refused', () => {
    expect(eventsOf(formatEvent({ promptFeedback: { blockReason: 'SAFETY' } }))).toEqual([
      { type: 'start' },
      { type: 'finish', choice: 0, finish: { reason: 'content-filter', native: 'SAFETY' } },
      { type: 'done' },
    ]);
  });

  it("tells of the vendor's failure", () => {
    const error = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' };
    expect(eventsOf(chunk([{ text: 'a' }]), formatEvent({ error }))).toContainEqual({
      type: 'error',
      error: expect.objectContaining({
        message: 'The model is overloaded.',
        type: 'UNAVAILABLE',
        status: 503,
      }) as object,
    });
  });

  it.each(['data: no JSON\n\n', 'data: {"choices":[]}\n\n', 'data: []\n\n'])('holds no %j', (event) => {
    expect(() => eventsOf(event)).toThrow(UpstreamError);
  });
});

const at = { choice: 0, part: 0 };

const answer: readonly StreamEvent[] = [
  { type: 'start', id: 'msg_1', model: 'claude' },
  { type: 'reasoning', ...at, text: 'Hm' },
  { type: 'signature', ...at, signature: { origin: 'google', value: 's' } },
  { type: 'text', choice: 0, part: 1, text: 'Par' },
  { type: 'text', choice: 0, part: 1, text: 'is' },
  { type: 'citation', choice: 0, part: 1, citation: { url: 'https://a', title: 'A', start: 0, end: 5 } },
  { type: 'tool-call', choice: 0, part: 2, id: '1', name: 'f' },
  { type: 'arguments', choice: 0, part: 2, text: '{"a"' },
  { type: 'arguments', choice: 0, part: 2, text: ':1}' },
  { type: 'finish', choice: 0, finish: { reason: 'tool-calls', native: 'tool_use' } },
  { type: 'usage', usage: { inputTokens: 3, outputTokens: 4, reasoningTokens: 1 } },
];

describe('a stream for a Gemini client', () => {
  it('says texts at once, a call when it is whole, and the rest at the end', () => {
    const said = bodiesOf(written(answer)).map(({ candidates, usageMetadata }) => ({ candidates, usageMetadata }));
    const content = (part: JsonObject) => ({ candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }] });
    expect(said).toEqual([
      content({ text: 'Hm', thought: true }),
      content({ text: '', thought: true, thoughtSignature: 's' }),
      content({ text: 'Par' }),
      content({ text: 'is' }),
      content({ functionCall: { id: '1', name: 'f', args: { a: 1 } } }),
      {
        candidates: [
          {
            content: { parts: [{ text: '' }], role: 'model' },
            index: 0,
            finishReason: 'STOP',
            groundingMetadata: {
              groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
              groundingSupports: [
                { segment: { partIndex: 1, endIndex: 5, text: 'Paris' }, groundingChunkIndices: [0] },
              ],
            },
          },
        ],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 3, thoughtsTokenCount: 1, totalTokenCount: 7 },
      },
    ]);
  });

  it('has the names of the request where the vendor gave none', () => {
    const [first] = bodiesOf(written([{ type: 'text', ...at, text: 'a' }]));
    expect(first).toMatchObject({ modelVersion: 'asked-model', responseId: 'request' });
  });

  it('names parts that it cannot say', () => {
    const losses = new Losses();
    const native = { type: 'native', dialect: 'anthropic-messages', kind: 'server_tool_use', value: {} } as const;
    written([{ type: 'native', ...at, native }], losses);
    expect(losses.names).toEqual(['server_tool_use']);
  });
});

/** Google's SDK, which is answered with these bytes, a few at a time. */
function client(bytes: string, size = 7): GoogleGenAI {
  const body = Buffer.from(bytes);
  const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.subarray(index * size, (index + 1) * size),
  );
  const fetch = () =>
    Promise.resolve(new Response(ReadableStream.from(pieces), { headers: { 'content-type': 'text/event-stream' } }));
  return new GoogleGenAI({ apiKey: 'key', httpOptions: { fetch } });
}

async function readBySdk(bytes: string) {
  const said: { text: string; calls: unknown[]; finish: unknown; total: unknown } = {
    text: '',
    calls: [],
    finish: undefined,
    total: undefined,
  };
  const chunks = await client(bytes).models.generateContentStream({ model: 'm', contents: 'Hello' });
  for await (const { candidates: [candidate] = [], functionCalls, usageMetadata } of chunks) {
    said.text += candidate?.content?.parts?.map((part) => (part.thought ? '' : (part.text ?? ''))).join('') ?? '';
    said.calls.push(...(functionCalls ?? []));
    said.finish = candidate?.finishReason ?? said.finish;
    said.total = usageMetadata?.totalTokenCount ?? said.total;
  }
  return said;
}

describe("@google/genai's own reader", () => {
  const expected = { text: 'Paris', calls: [{ id: '1', name: 'f', args: { a: 1 } }], finish: 'STOP', total: 7 };

  it('reads the stream', async () => {
    expect(await readBySdk(written(answer))).toEqual(expected);
  });

  it('passes over keep-alives and other comments that are events of their own', async () => {
    const lines = written(answer).split('\n\n').join(`\n\n${geminiClient.keepAlive}`);
    const stream = `${geminiClient.keepAlive}${lines}: gateway {"id":"1"}\n\n`;
    expect(await readBySdk(stream)).toEqual(expected);
  });

  it('throws the message of a failure inside the stream', async () => {
    const error = new GatewayError('upstream_timeout', 'The provider was silent for too long.');
    const stream = written(answer.slice(0, 4)) + geminiClient.errorEvent(error, { requestId: 'request' });
    await expect(readBySdk(stream)).rejects.toMatchObject({
      name: 'ApiError',
      status: 504,
      message: expect.stringContaining('The provider was silent for too long.') as string,
    });
  });

  it('keeps an answer in its chat that comes back as it was said', async () => {
    const chat = client(written(answer)).chats.create({ model: 'm' });
    for await (const _ of await chat.sendMessageStream({ message: 'Hello' })) continue;
    const contents: unknown = JSON.parse(JSON.stringify(chat.getHistory(true)));
    const { messages } = geminiClient.decodeRequest({ contents }, { model: 'm', stream: true });
    expect(messages).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', signature: { origin: 'google', value: 's' } },
          { type: 'text', text: 'Paris' },
          { type: 'tool-call', id: '1', name: 'f', arguments: '{"a":1}' },
          { type: 'text', text: '' },
        ],
      },
    ]);
  });
});
