import { describe, expect, it } from 'vitest';
import { faultsAgainst, hasPublishedSchema } from '../../../test/support/published-schema.js';
import { type Recording, recordingsOf } from '../../../test/support/recordings.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart, Conversation, JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import type { Reply, StreamEvent } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { openAiChatClient, openAiChatVendor } from './openai-chat.dialect.js';
import { readUsage } from './openai-chat.usage.js';

const folders = ['openai-chat', 'openrouter-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat'];
const recordings = folders.flatMap((folder) =>
  recordingsOf(folder).map((recording) => Object.assign(recording, { name: `${folder}/${recording.name}` })),
);
const replies = recordings.filter(({ status, streamed }) => status === 200 && !streamed);
const streams = recordings.filter(({ streamed }) => streamed);

if (recordings.length === 0)
  process.stderr.write('Skipping recorded chats: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

const conversation: Conversation = {
  model: 'smart',
  stream: true,
  messages: [],
  includeUsage: true,
  unmodelled: [],
};

function context(): ReplyContext {
  return { requestId: 'req-1', model: 'smart', conversation, createdAt: 1_790_000_000, losses: new Losses() };
}

interface SaidPart {
  readonly text?: string;
  readonly thinking?: readonly { readonly text: string }[];
}

/** What a vendor's message or delta says, read plainly. */
interface Said {
  readonly content?: string | readonly SaidPart[] | null;
  readonly reasoning?: string | null;
  readonly reasoning_content?: string | null;
  readonly tool_calls?:
    | readonly {
        readonly index?: number;
        readonly id?: string;
        readonly function: { readonly name?: string; readonly arguments?: string };
      }[]
    | null;
}

function plainText({ content }: Said): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('');
}

/** Mistral's thinking. */
function thinkingOf({ content }: Said): string {
  const parts = typeof content === 'string' ? [] : (content ?? []);
  return parts.flatMap(({ thinking = [] }) => thinking.map(({ text }) => text)).join('');
}

function textOf(parts: readonly AssistantPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function reasoningOf(parts: readonly AssistantPart[]): string {
  return parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('');
}

function callsOf(parts: readonly AssistantPart[]): { id: string; name: string; arguments: string }[] {
  return parts.flatMap((part) =>
    part.type === 'tool-call' ? [{ id: part.id, name: part.name, arguments: part.arguments }] : [],
  );
}

/** Citations know the words of their vendor, which do not go through a client. */
function withoutNatives(reply: Reply): unknown {
  return JSON.parse(JSON.stringify(reply, (key, value: unknown) => (key === 'native' ? undefined : value)));
}

function eventsOf(text: string, cuts: readonly number[] = []): StreamEvent[] {
  const bytes = Buffer.from(text);
  const decoder = openAiChatVendor.streamDecoder();
  const ends = [...cuts, bytes.length];
  return [...ends.flatMap((end, index) => decoder.push(bytes.subarray(ends[index - 1] ?? 0, end))), ...decoder.end()];
}

function chunksOf(stream: string): Record<string, unknown>[] {
  return [...stream.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json) as Record<string, unknown>);
}

function reencoded(events: readonly StreamEvent[]): string {
  const sequencer = new Sequencer();
  const encoder = openAiChatClient.streamEncoder(context());
  const ordered = [...events.flatMap((event) => sequencer.push(event)), ...sequencer.end()];
  const text = ordered.map((event) => encoder.write(event)).join('');
  const { closing, terminal } = encoder.end();
  return text + closing + terminal;
}

interface Completion {
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly usage: unknown;
  readonly choices: readonly { readonly message: Said; readonly finish_reason: string }[];
}

describe.skipIf(replies.length === 0)('recorded replies', () => {
  it.each(replies)('$name decodes to what it says, with nothing left over', ({ reply }) => {
    const body = JSON.parse(reply) as Completion;
    const unknown = new Set<string>();
    const decoded = openAiChatVendor.decodeReply(body, unknown);
    expect([...unknown]).toEqual([]);
    expect(decoded).toMatchObject({ id: body.id, model: body.model, createdAt: body.created });
    expect(decoded.usage).toEqual(readUsage(body.usage));
    expect(decoded.choices).toHaveLength(body.choices.length);
    for (const [index, { message, finish_reason: finish }] of body.choices.entries()) {
      const { parts = [], finish: read } = decoded.choices[index] ?? {};
      expect(textOf(parts)).toBe(plainText(message));
      expect(read?.native).toBe(finish);
      expect(callsOf(parts)).toEqual(callsIn([message]));
      const reasoning = message.reasoning ?? message.reasoning_content ?? thinkingOf(message);
      expect(reasoningOf(parts)).toBe(reasoning);
    }
  });

  it.skipIf(!hasPublishedSchema).each(replies)('$name encodes to a completion of OpenAI’s', ({ reply }) => {
    const decoded = openAiChatVendor.decodeReply(JSON.parse(reply));
    const encoded = openAiChatClient.encodeReply(decoded, context());
    expect(faultsAgainst('CreateChatCompletionResponse', encoded)).toEqual([]);
    expect(withoutNatives(openAiChatVendor.decodeReply(encoded))).toEqual(withoutNatives(spoken(decoded)));
  });
});

/** A reply as this dialect says it: the finish reason is OpenAI's word. */
function spoken(reply: Reply): Reply {
  const choices = reply.choices.map((choice) => {
    const finish = choice.finish && { ...choice.finish, native: choice.finish.reason.replace('-', '_') };
    return { ...choice, finish };
  });
  return { ...reply, choices };
}

describe.skipIf(streams.length === 0)('recorded streams', () => {
  it.each(streams)('$name decodes to what its chunks say, with nothing left over', ({ reply }) => {
    const unknown = new Set<string>();
    const decoder = openAiChatVendor.streamDecoder(unknown);
    const events = [...decoder.push(Buffer.from(reply)), ...decoder.end()];
    const [choice] = collectReply(events).choices;
    const parts = choice?.parts ?? [];
    const chunks = chunksOf(reply) as {
      choices?: { delta: Said; finish_reason: string | null }[];
      usage?: unknown;
      error?: unknown;
    }[];
    const deltas = chunks.flatMap(({ choices }) => choices?.[0] ?? []);

    expect([...unknown]).toEqual([]);
    expect(textOf(parts)).toBe(deltas.map(({ delta }) => plainText(delta)).join(''));
    expect(reasoningOf(parts)).toBe(deltas.map(({ delta }) => delta.reasoning ?? '').join(''));
    expect(callsOf(parts)).toEqual(callsIn(deltas.map(({ delta }) => delta)));
    expect(choice?.finish?.native).toBe(deltas.findLast((delta) => delta.finish_reason)?.finish_reason);
    const failed = chunks.some(({ error }) => error !== undefined);
    expect(events.at(-1)?.type).toBe(failed ? 'error' : 'done');
    const usages = events.flatMap((event) => (event.type === 'usage' ? event.usage : []));
    expect(usages.at(-1)).toEqual(readUsage(chunks.findLast(({ usage }) => usage)?.usage));
  });

  it.each(streams)('$name is the same wherever its bytes are cut', ({ reply }) => {
    const whole = collectReply(eventsOf(reply));
    const { length } = Buffer.from(reply);
    const step = Math.max(1, Math.floor(length / 100));
    for (let cut = 1; cut < length; cut += step) expect(collectReply(eventsOf(reply, [cut]))).toEqual(whole);
    const everyByte = Array.from({ length: Math.min(length, 5_000) }, (_, at) => at);
    expect(collectReply(eventsOf(reply, everyByte))).toEqual(whole);
  });

  it.skipIf(!hasPublishedSchema).each(streams)('$name is the same after it went to a client', ({ reply }) => {
    const events = eventsOf(reply);
    const stream = reencoded(events);
    const faults = chunksOf(stream).flatMap((chunk) => faultsAgainst('CreateChatCompletionStreamResponse', chunk));
    expect(faults).toEqual([]);
    expect(withoutNatives(collectReply(eventsOf(stream)))).toEqual(withoutNatives(spoken(collectReply(events))));
  });
});

function callsIn(deltas: readonly Said[]): { id: string; name: string; arguments: string }[] {
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const [position, call] of deltas.flatMap((delta) => [...(delta.tool_calls ?? []).entries()])) {
    const { index = position, id = '', function: called } = call;
    calls[index] ??= { id, name: called.name ?? '', arguments: '' };
    calls[index].arguments += called.arguments ?? '';
  }
  return calls;
}

describe.skipIf(recordings.length === 0)('recorded requests', () => {
  function translated({ requestBody }: Recording): {
    decoded: Conversation;
    encoded: JsonObject;
    lost: readonly string[];
  } {
    const stream = requestBody['stream'] === true;
    const decoded = openAiChatClient.decodeRequest(requestBody, { model: 'smart', stream });
    const losses = new Losses();
    return {
      decoded,
      encoded: openAiChatVendor.encodeRequest(decoded, { model: 'gpt-4o', losses }),
      lost: losses.names,
    };
  }

  it.skipIf(!hasPublishedSchema).each(recordings)('$name encodes to a request of OpenAI’s', (recording) => {
    const { decoded, encoded } = translated(recording);
    // A tool that OpenRouter runs goes to it as it came.
    const hasNative = decoded.tools?.some(({ type }) => type === 'native') ?? false;
    const { tools, ...rest } = encoded;
    expect(faultsAgainst('CreateChatCompletionRequest', hasNative ? rest : { ...rest, tools })).toEqual([]);
  });

  it.each(recordings)('$name says the same after it was translated', (recording) => {
    const { decoded, encoded, lost } = translated(recording);
    const asked = { model: decoded.model, stream: decoded.stream };
    const again = openAiChatClient.decodeRequest({ ...encoded }, asked);
    // Whether reasoning is shown, OpenAI's form has no word for.
    const { unmodelled, includeUsage: _, reasoning: { visible: __, ...reasoning } = {}, ...rest } = decoded;
    const said = Object.keys(reasoning).length === 0 ? rest : { ...rest, reasoning };
    expect(lost).toEqual(expect.arrayContaining([...unmodelled]));
    const isWhole = lost.length === unmodelled.length;
    expect(again).toMatchObject(isWhole ? (JSON.parse(JSON.stringify(said)) as object) : { model: said.model });
    expect(again.unmodelled).toEqual([]);
  });
});
