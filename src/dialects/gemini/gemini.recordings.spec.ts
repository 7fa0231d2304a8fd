import { describe, expect, it } from 'vitest';
import { type Recording, recordingsOf } from '../../../test/support/recordings.js';
import { collectReply } from '../collect-reply.js';
import type { Conversation, JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { asCount, asList, asObject, asText, objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import type { Reply, StreamEvent } from '../reply.js';
import type { TokenUsage } from '../token-usage.js';
import { geminiClient, geminiVendor } from './gemini.dialect.js';
import { geminiPassthrough } from './gemini.passthrough.js';
import { camelCase } from './gemini.request.fields.js';
import { SseSplitter } from '../sse.js';

const recordings = recordingsOf('gemini');
const answers = recordings.filter(({ status }) => status === 200);

if (recordings.length === 0)
  process.stderr.write('Skipping recorded Gemini traffic: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

/** The bodies of an answer: one, or each event's of a stream. */
function bodiesOf({ reply, streamed }: Recording): JsonObject[] {
  if (!streamed) return [asObject(JSON.parse(reply))];
  return [...reply.matchAll(/^data: (\{.*\})\r?$/gm)].map(([, json = '']) => asObject(JSON.parse(json)));
}

function decoded({ reply, streamed }: Recording, unknown = new Set<string>()): Reply {
  if (!streamed) return geminiVendor.decodeReply(JSON.parse(reply), unknown);
  return collectReply(eventsOf([Buffer.from(reply)], unknown));
}

function eventsOf(chunks: readonly Buffer[], unknown = new Set<string>()): StreamEvent[] {
  const decoder = geminiVendor.streamDecoder(unknown);
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

/** An independent reading of the first candidate. */
function plain(bodies: readonly JsonObject[]) {
  const candidates = bodies.flatMap((body) => objectsIn(body['candidates']).slice(0, 1));
  const parts = candidates.flatMap((candidate) => objectsIn(asObject(candidate['content'])['parts']));
  const texts = (isThought: boolean) =>
    parts
      .filter((part) => (part['thought'] === true) === isThought)
      .map((part) => asText(part['text']) ?? '')
      .join('');
  const calls = parts.flatMap((part) => (part['functionCall'] ? [asObject(part['functionCall'])] : []));
  const usage = asObject(bodies.findLast((body) => body['usageMetadata'])?.['usageMetadata']);
  return {
    text: texts(false),
    thoughts: texts(true),
    calls: calls.map((call) => ({ name: call['name'], args: call['args'] })),
    signatures: parts.flatMap((part) => asText(part['thoughtSignature']) ?? []),
    finish: candidates.findLast((candidate) => candidate['finishReason'])?.['finishReason'],
    model: bodies[0]?.['modelVersion'],
    id: bodies[0]?.['responseId'],
    total: usage['totalTokenCount'],
    cached: asCount(usage['cachedContentTokenCount']),
    thoughtTokens: asCount(usage['thoughtsTokenCount']),
    supports: candidates.flatMap((candidate) =>
      objectsIn(asObject(candidate['groundingMetadata'])['groundingSupports']).flatMap((support) =>
        asList(support['groundingChunkIndices']).map(() => asText(asObject(support['segment'])['text'])),
      ),
    ),
  };
}

/** The same of what was decoded. */
function read({ id, model, usage, choices: [choice] }: Reply): ReturnType<typeof plain> {
  const parts = choice?.parts ?? [];
  const texts = parts.filter((part) => part.type === 'text');
  return {
    text: texts.map(({ text }) => text).join(''),
    thoughts: parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    calls: parts
      .filter((part) => part.type === 'tool-call')
      .map((call) => ({ name: call.name, args: JSON.parse(call.arguments) as unknown })),
    signatures: parts.flatMap((part) => {
      if (part.type === 'native') return asText(part.value['thoughtSignature']) ?? [];
      return 'signature' in part && part.signature ? [part.signature.value] : [];
    }),
    finish: choice?.finish?.native,
    model,
    id,
    total: usage && sumOf(usage),
    cached: usage?.cacheReadTokens,
    thoughtTokens: usage?.reasoningTokens,
    supports: texts.flatMap(({ text, citations = [] }) =>
      citations.flatMap(({ start, end }) => (start === undefined ? [] : [text.slice(start, end)])),
    ),
  };
}

/** Reasoning is a part of the output. */
function sumOf(usage: TokenUsage): number {
  const buckets = Object.entries(usage).filter(([name]) => name !== 'reasoningTokens');
  return buckets.reduce<number>((sum, [, count]) => sum + (count ?? 0), 0);
}

const context = (conversation: Conversation): ReplyContext => {
  return { requestId: 'request', model: 'model', conversation, createdAt: 0, losses: new Losses() };
};

function conversationOf({ requestBody, streamed }: Recording, model = 'gemini-3-flash-preview'): Conversation {
  return geminiClient.decodeRequest(requestBody, { model, stream: streamed });
}

describe.skipIf(recordings.length === 0)('recorded Gemini traffic', () => {
  it.each(answers)('$name is understood to the last field', (recording) => {
    const unknown = new Set<string>();
    const reply = decoded(recording, unknown);
    expect([...unknown]).toEqual([]);
    expect(read(reply)).toEqual(plain(bodiesOf(recording)));
  });

  it.each(answers)('$name ends as it says', (recording) => {
    const { calls } = plain(bodiesOf(recording));
    const [choice] = decoded(recording).choices;
    expect(choice?.finish?.reason).toBe(calls.length > 0 ? 'tool-calls' : 'stop');
  });

  it.each(answers.filter(({ streamed }) => streamed))('$name is the same wherever it is cut', ({ reply }) => {
    const bytes = Buffer.from(reply);
    const whole = collectReply(eventsOf([bytes]));
    const step = Math.max(1, Math.floor(bytes.length / 200));
    for (let at = 1; at < bytes.length; at += step) {
      expect(collectReply(eventsOf([bytes.subarray(0, at), bytes.subarray(at)]))).toEqual(whole);
    }
    expect(eventsOf([bytes]).at(-1)).toEqual({ type: 'done' });
  });

  it.each(answers)('$name goes to a Gemini client and comes back the same', (recording) => {
    const reply = decoded(recording);
    const body = geminiClient.encodeReply(reply, context(conversationOf(recording)));
    const unknown = new Set<string>();
    expect(geminiVendor.decodeReply(JSON.parse(JSON.stringify(body)), unknown)).toEqual(reply);
    expect([...unknown]).toEqual([]);
  });

  it.each(answers.filter(({ streamed }) => streamed))(
    '$name tells its watch what it tells its decoder',
    (recording) => {
      const watch = geminiPassthrough.streamWatch();
      const kinds = new SseSplitter().push(Buffer.from(recording.reply)).map((event) => watch.read(event));
      const reply = decoded(recording);
      const { text, thoughts, calls } = read(reply);
      expect(new Set(kinds)).toEqual(new Set(['chunk']));
      expect(watch).toMatchObject({ model: reply.model, usage: reply.usage, finishedChoices: 1 });
      expect(watch.finishReason).toBe(reply.choices[0]?.finish?.native);
      expect(watch.written().text).toBe(thoughts + text + calls.map(({ name }) => String(name)).join(''));
    },
  );

  it.each(answers.filter(({ streamed }) => !streamed))('$name has the facts that it was decoded to', (recording) => {
    const facts = geminiPassthrough.readReply(Buffer.from(recording.reply));
    const reply = decoded(recording);
    const { text, thoughts, calls } = read(reply);
    const called = calls.map(({ name, args }) => String(name) + JSON.stringify(args)).join('');
    expect(facts).toMatchObject({
      model: reply.model,
      usage: reply.usage,
      finishReason: reply.choices[0]?.finish?.native,
    });
    expect(facts.written().text).toBe(thoughts + text + called);
  });

  it.each(recordings)('$name is asked for again in the same words', (recording) => {
    const conversation = conversationOf(recording);
    const losses = new Losses();
    const body = geminiVendor.encodeRequest(conversation, { model: conversation.model, losses });
    expect(losses.names).toEqual(conversation.unmodelled);
    const lost = new Set(conversation.unmodelled);
    expect(comparable(body, lost)).toEqual(comparable(recording.requestBody, lost));
  });

  it.each(recordings)('$name is the same conversation after it was written again', (recording) => {
    const { unmodelled: _, ...conversation } = conversationOf(recording);
    const body = geminiVendor.encodeRequest(
      { ...conversation, unmodelled: [] },
      { model: conversation.model, losses: new Losses() },
    );
    const { unmodelled: lost, ...again } = geminiClient.decodeRequest(body, conversation);
    expect(lost).toEqual([]);
    expect({ ...again, messages: merged(again.messages) }).toEqual({
      ...conversation,
      messages: merged(conversation.messages),
    });
  });
});

/** A request in one spelling, without what is the default or was named as lost, neighbours of one role together. */
function comparable(body: JsonObject, lost: ReadonlySet<string>): unknown {
  const { contents, systemInstruction, ...rest } = asObject(normal(body, lost));
  const merged: { role: unknown; parts: unknown[] }[] = [];
  for (const { role, parts } of objectsIn(contents)) {
    const last = merged.at(-1);
    if (last && last.role === role) last.parts.push(...asList(parts));
    else merged.push({ role, parts: [...asList(parts)] });
  }
  return { ...rest, contents: merged, systemInstruction: asObject(systemInstruction)['parts'] };
}

const VERBATIM = new Set(['args', 'response', 'parametersJsonSchema', 'responseJsonSchema', 'fileSearch', 'id']);

function normal(value: unknown, lost: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => normal(item, lost));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const name = camelCase(key);
    if (lost.has(key) || (name === 'responseModalities' && String(item) === 'TEXT')) return [];
    const told = VERBATIM.has(name) ? item : normal(item, lost);
    const isEmpty = typeof told === 'object' && told !== null && Object.keys(told).length === 0;
    return isEmpty && ['generationConfig', 'toolConfig'].includes(name) ? [] : [[name, told]];
  });
  return Object.fromEntries(entries);
}

function merged(messages: Conversation['messages']): unknown[] {
  const result: { role: string; parts: unknown[] }[] = [];
  for (const message of messages) {
    const parts: readonly unknown[] = message.role === 'tool' ? message.results : message.parts;
    const last = result.at(-1);
    if (last?.role === message.role) last.parts.push(...parts);
    else result.push({ role: message.role, parts: [...parts] });
  }
  return result;
}
