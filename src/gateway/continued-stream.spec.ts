import { describe, expect, it } from 'vitest';
import { collectReply } from '../dialects/collect-reply.js';
import type { Conversation, DialectName, JsonObject } from '../dialects/conversation.js';
import { type ClientDialectName, clientLanguages, vendorDialects } from '../dialects/dialects.js';
import { asObject, objectsIn } from '../dialects/fields.js';
import { Losses } from '../dialects/losses.js';
import type { StreamEvent } from '../dialects/reply.js';
import { SseReader } from '../dialects/sse.js';
import { PassthroughPipe } from './passthrough-pipe.js';
import { SentMemory } from './sent-events.js';
import { TranslationPipe } from './translation-pipe.js';

const WHOLE = 'The quick brown fox jumps over the lazy dog.';
const SENT = 'The quick brown fox ';
const DIALECTS = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;
const NO_NAMES: ReadonlySet<string> = new Set();
const conversation: Conversation = { model: 'm', stream: true, messages: [], unmodelled: [], includeUsage: true };
const usage = { inputTokens: 30, outputTokens: 12 };

function context(requestId: string) {
  return { requestId, model: 'm', conversation, createdAt: 1_795_000_000, losses: new Losses() };
}

function texts(text: string, part = 0): StreamEvent[] {
  return (text.match(/\S+\s*|\s+/g) ?? []).map((piece) => ({ type: 'text', choice: 0, part, text: piece }));
}

const STOP: StreamEvent = { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } };

/** What a vendor of this dialect streams. */
function streamed(dialect: ClientDialectName, id: string, events: readonly StreamEvent[], isWhole: boolean): Buffer {
  const encoder = clientLanguages[dialect].dialect.streamEncoder(context(id));
  let text = encoder.write({ type: 'start', id: `id-of-${id}`, model: `model-of-${id}`, createdAt: 1 });
  for (const event of events) text += encoder.write(event);
  if (!isWhole) return Buffer.from(text);
  text += encoder.write({ type: 'usage', usage: { inputTokens: 20, outputTokens: 5 } });
  const { closing, terminal } = encoder.end();
  return Buffer.from(text + closing + terminal);
}

interface Broken {
  /** What the client has got. */
  readonly sent: string;
  readonly pipe: TranslationPipe;
}

function pipeFor(client: ClientDialectName, vendor: DialectName): TranslationPipe {
  return new TranslationPipe({
    vendor: vendorDialects[vendor],
    client: clientLanguages[client].dialect,
    context: context('ours'),
    customNames: NO_NAMES,
  });
}

/** A stream of the first vendor that broke off after these events. */
function broken(client: ClientDialectName, vendor: ClientDialectName, events: readonly StreamEvent[]): Broken {
  const bytes = streamed(vendor, 'first', events, false);
  if (vendor !== client) {
    const pipe = pipeFor(client, vendor);
    return { sent: pipe.push(bytes).toString(), pipe };
  }
  const passthrough = new PassthroughPipe(clientLanguages[client].passthrough, {
    dropUsage: false,
    sent: new SentMemory().keep(),
  });
  const sent = passthrough.push(bytes).toString();
  const pipe = pipeFor(client, vendor);
  pipe.adopt(passthrough.takeSent() ?? Buffer.alloc(0), passthrough.eventsSent);
  return { sent, pipe };
}

/** All that the client gets once another vendor has gone on with these events. */
function wentOn({ sent, pipe }: Broken, vendor: ClientDialectName, events: readonly StreamEvent[]): string {
  pipe.goOn(vendorDialects[vendor], NO_NAMES);
  const bytes = streamed(vendor, 'second', events, true);
  const more = Array.from(bytes, (byte) => pipe.push(Buffer.of(byte)).toString()).join('') + pipe.close().toString();
  expect(pipe).toMatchObject({ failure: undefined, finishedChoices: 1 });
  const { closing, terminal } = pipe.ending(usage);
  return sent + more + closing + terminal;
}

function jsonEvents(text: string): JsonObject[] {
  const data = new SseReader().push(Buffer.from(text)).filter((line) => line !== '[DONE]');
  return data.map((line) => asObject(JSON.parse(line)));
}

function readBy(client: ClientDialectName, text: string) {
  const decoder = vendorDialects[client].streamDecoder();
  const events = [...decoder.push(Buffer.from(text)), ...decoder.end()];
  expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1);
  return collectReply(events);
}

const ways = DIALECTS.flatMap((client) =>
  DIALECTS.flatMap((first) => DIALECTS.map((second) => [client, first, second] as const)),
);

describe.each(ways)('a client of %s whose vendor of %s broke off', (client, first, second) => {
  it(`gets one whole answer when one of ${second} goes on`, () => {
    const answer = wentOn(broken(client, first, texts(SENT)), second, [...texts('jumps over the lazy dog.'), STOP]);
    const reply = readBy(client, answer);
    expect(reply.choices[0]?.parts).toMatchObject([{ type: 'text', text: WHOLE }]);
    expect(reply.usage).toMatchObject(usage);
    expect(reply.choices[0]?.finish?.reason).toBe('stop');
    expect(answer).not.toContain('of-second');
  });

  it(`gets nothing twice when one of ${second} begins again`, () => {
    const answer = wentOn(broken(client, first, texts(SENT)), second, [...texts(WHOLE), STOP]);
    expect(readBy(client, answer).choices[0]?.parts).toMatchObject([{ type: 'text', text: WHOLE }]);
  });

  it(`gets the answer from one of ${second} when there was reasoning alone`, () => {
    const reasoning: StreamEvent = { type: 'reasoning', choice: 0, part: 0, text: 'Let me think.' };
    const answer = wentOn(broken(client, first, [reasoning]), second, [...texts(WHOLE), STOP]);
    const parts = readBy(client, answer).choices[0]?.parts ?? [];
    expect(parts.filter(({ type }) => type === 'text')).toMatchObject([{ text: WHOLE }]);
  });

  it(`gets the tool call that one of ${second} goes on with, after the text`, () => {
    const call: StreamEvent[] = [
      { type: 'part-end', choice: 0, part: 0 },
      { type: 'tool-call', choice: 0, part: 1, id: 'call_1', name: 'weather' },
      { type: 'arguments', choice: 0, part: 1, text: '{"city":"Oslo"}' },
      { type: 'part-end', choice: 0, part: 1 },
      { type: 'finish', choice: 0, finish: { reason: 'tool-calls', native: 'tool_calls' } },
    ];
    const answer = wentOn(broken(client, first, texts(SENT)), second, [...texts('jumps.'), ...call]);
    const reply = readBy(client, answer);
    expect(reply.choices[0]?.parts).toMatchObject([
      { type: 'text', text: 'The quick brown fox jumps.' },
      { type: 'tool-call', name: 'weather' },
    ]);
    expect(reply.choices[0]?.finish?.reason).toBe('tool-calls');
  });
});

describe('a stream that another vendor goes on with', () => {
  const goingOn = [...texts('jumps over the lazy dog.'), STOP];

  it.each(DIALECTS)('keeps one id and one model for a client of openai-chat whose vendor spoke %s', (first) => {
    const chunks = jsonEvents(wentOn(broken('openai-chat', first, texts(SENT)), 'gemini', goingOn));
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(new Set(chunks.map(({ model }) => model)).size).toBe(1);
    expect(
      chunks.filter(({ choices }) => objectsIn(choices).some(({ delta }) => 'role' in asObject(delta))),
    ).toHaveLength(1);
  });

  it.each(DIALECTS)('numbers the events of a client of openai-responses on, whose vendor spoke %s', (first) => {
    const thinking: StreamEvent[] = [
      { type: 'reasoning', choice: 0, part: 0, text: 'Hm.' },
      { type: 'part-end', choice: 0, part: 0 },
    ];
    const answer = wentOn(broken('openai-responses', first, [...thinking, ...texts(SENT, 1)]), 'gemini', goingOn);
    const events = jsonEvents(answer);
    expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, index) => index));
    const responses = events.map(({ response }) => asObject(response)['id']).filter((id) => id !== undefined);
    expect(new Set(responses).size).toBe(1);
    const ended = asObject(events.at(-1)?.['response']);
    const output = objectsIn(ended['output']);
    expect(output).toMatchObject([{ type: 'reasoning' }, { type: 'message', content: [{ text: WHOLE }] }]);
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
    expect(new Set(deltas.map((delta) => delta['item_id']))).toEqual(new Set([output[1]?.['id']]));
    expect(new Set(deltas.map((delta) => delta['output_index']))).toEqual(new Set([1]));
  });

  it.each(DIALECTS)('goes on in the open block of a client of anthropic-messages whose vendor spoke %s', (first) => {
    const events = jsonEvents(wentOn(broken('anthropic-messages', first, texts(SENT)), 'openai-chat', goingOn));
    const types = events.map(({ type }) => type).filter((type) => type !== 'content_block_delta');
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(new Set(events.flatMap(({ index }) => (index === undefined ? [] : [index])))).toEqual(new Set([0]));
  });

  it('takes another answer for none, and tries the next vendor with what was sent', () => {
    const { sent, pipe } = broken('openai-chat', 'openai-chat', texts(SENT));
    pipe.goOn(vendorDialects['gemini'], NO_NAMES);
    const other = streamed('gemini', 'second', [...texts('The quick brown bear sleeps.'), STOP], true);
    expect(() => pipe.push(other)).toThrow(
      expect.objectContaining({ failure: { reason: 'unusable' }, message: 'the continuation is another answer' }),
    );
    expect(pipe.hasBegun).toBe(false);
    expect(readBy('openai-chat', wentOn({ sent, pipe }, 'gemini', goingOn)).choices[0]?.parts).toMatchObject([
      { text: WHOLE },
    ]);
  });

  it.each([
    ['begins again', 'The quick brown', ' fox jumps over the lazy dog.'],
    ['repeats the last words', 'brown', ' fox jumps over the lazy dog.'],
    ['repeats and writes nothing new first', 'brown fox ', 'jumps over the lazy dog.'],
  ])('goes on in the open block with a vendor that %s in two of them', (_, first, second) => {
    const blocks: StreamEvent[] = [
      ...texts(first),
      { type: 'part-end', choice: 0, part: 0 },
      ...texts(second, 1),
      { type: 'part-end', choice: 0, part: 1 },
      STOP,
    ];
    const answer = wentOn(broken('anthropic-messages', 'openai-chat', texts(SENT)), 'anthropic-messages', blocks);
    expect(readBy('anthropic-messages', answer).choices[0]?.parts).toEqual([{ type: 'text', text: WHOLE }]);
  });

  it('keeps a text that only looked like a repetition before the tool call that follows it', () => {
    const call: StreamEvent[] = [
      ...texts('The'),
      { type: 'part-end', choice: 0, part: 0 },
      { type: 'tool-call', choice: 0, part: 1, id: 'call_1', name: 'weather' },
      { type: 'arguments', choice: 0, part: 1, text: '{}' },
      { type: 'part-end', choice: 0, part: 1 },
      { type: 'finish', choice: 0, finish: { reason: 'tool-calls', native: 'tool_use' } },
    ];
    const answer = wentOn(broken('anthropic-messages', 'openai-chat', texts(SENT)), 'anthropic-messages', call);
    expect(readBy('anthropic-messages', answer).choices[0]?.parts).toMatchObject([
      { type: 'text', text: `${SENT}The` },
      { type: 'tool-call', name: 'weather' },
    ]);
  });

  it('is not asked for in the middle of a tool call', () => {
    const call: StreamEvent = { type: 'tool-call', choice: 0, part: 0, id: 'call_1', name: 'weather' };
    expect(broken('openai-chat', 'gemini', texts(SENT)).pipe.soFar.canGoOn).toBe(true);
    expect(broken('openai-chat', 'openai-responses', [call]).pipe.soFar.canGoOn).toBe(false);
  });
});
