import { beforeAll, describe, expect, it } from 'vitest';
import { recordingsOf } from '../../../test/support/recordings.js';
import { eventsOf } from '../../../test/support/reply-events.js';
import { faultsAgainstSdk } from '../../../test/support/sdk-schema.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart, JsonObject } from '../conversation.js';
import type { ReplyContext, UnknownFields } from '../dialect.js';
import { asObject, objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import type { Reply, StreamEvent } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { SseSplitter } from '../sse.js';
import { anthropicMessagesClient as client, anthropicMessagesVendor as vendor } from './anthropic-messages.dialect.js';
import { anthropicMessagesPassthrough as passthrough } from './anthropic-messages.passthrough.js';

const STABLE = '@anthropic-ai/sdk/resources/messages/messages';
const BETA = '@anthropic-ai/sdk/resources/beta/messages/messages';
/** Schemas are made from the SDK's declarations once, which takes a busy machine a while. */
const SCHEMA_TIMEOUT_MS = 120_000;
const recordings = recordingsOf('anthropic-messages');
const answers = recordings.filter(({ status }) => status === 200);
const streams = answers.filter(({ streamed }) => streamed);

/** What a recording's bytes say, read without the codec. */
interface Plain {
  readonly text: string;
  readonly calls: readonly unknown[];
  readonly stop: unknown;
  readonly usage: JsonObject;
}

function plainMessage(message: JsonObject): Plain {
  const content = objectsIn(message['content']);
  return {
    text: content.map((block) => (block['type'] === 'text' ? String(block['text']) : '')).join(''),
    calls: content.flatMap(({ type, name, input }) => (type === 'tool_use' ? [{ name, input }] : [])),
    stop: message['stop_reason'],
    usage: asObject(message['usage']),
  };
}

function eventsIn(stream: string): JsonObject[] {
  const lines = stream.split('\n').filter((line) => line.startsWith('data:'));
  return lines.map((line): JsonObject => JSON.parse(line.slice(5)));
}

function plainStream(stream: string): Plain {
  const calls = new Map<unknown, { name: unknown; json: string }>();
  let message: JsonObject = {};
  let text = '';
  for (const event of eventsIn(stream)) {
    const block = asObject(event['content_block']);
    const delta = asObject(event['delta']);
    if (event['type'] === 'message_start') message = asObject(event['message']);
    if (block['type'] === 'tool_use') calls.set(event['index'], { name: block['name'], json: '' });
    if (delta['type'] === 'text_delta') text += String(delta['text']);
    const call = calls.get(event['index']);
    if (call && delta['type'] === 'input_json_delta') call.json += String(delta['partial_json']);
    if (event['type'] === 'message_delta') {
      const usage = { ...asObject(message['usage']), ...asObject(event['usage']) };
      message = { ...message, stop_reason: delta['stop_reason'], usage };
    }
  }
  const called = [...calls.values()].map(({ name, json }) => ({ name, input: JSON.parse(json || '{}') as unknown }));
  return { ...plainMessage(message), text, calls: called };
}

function summary(parts: readonly AssistantPart[]): Pick<Plain, 'text' | 'calls'> {
  return {
    text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call' ? [{ name: part.name, input: JSON.parse(part.arguments) as unknown }] : [],
    ),
  };
}

function decodeStream(chunks: readonly Buffer[], unknown?: UnknownFields): readonly StreamEvent[] {
  const decoder = vendor.streamDecoder(unknown);
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

function decode(reply: string, streamed: boolean, unknown?: UnknownFields): Reply {
  return streamed
    ? collectReply(decodeStream([Buffer.from(reply)], unknown))
    : vendor.decodeReply(JSON.parse(reply), unknown);
}

function encodeStream(events: readonly StreamEvent[], context: ReplyContext): string {
  const encoder = client.streamEncoder(context);
  const sequencer = new Sequencer();
  const written = events.flatMap((event) => sequencer.push(event)).map((event) => encoder.write(event));
  const { closing, terminal } = encoder.end();
  return [...written, closing, terminal].join('');
}

function contextOf(requestBody: JsonObject) {
  const conversation = client.decodeRequest(requestBody, { model: 'claude', stream: false });
  return { requestId: 'r1', model: 'claude', conversation, createdAt: 0, losses: new Losses() };
}

/** Faults against the SDK's beta types, and against its stable ones where these know all that is in the answer. */
function faultsOf(type: 'Message' | 'RawMessageStreamEvent', body: unknown): string[] {
  const isBeta = JSON.stringify(body).includes('advisor');
  return [...faultsAgainstSdk(BETA, `Beta${type}`, body), ...(isBeta ? [] : faultsAgainstSdk(STABLE, type, body))];
}

/** Older versions of the API leave out that the model itself called a server's tool, which the SDK wants to be said. */
function withoutCallers(reply: Reply): unknown {
  const choices = reply.choices.map((choice) => ({ ...choice, parts: choice.parts.map(plainArguments) }));
  return JSON.parse(JSON.stringify({ ...reply, choices }).replaceAll(',"caller":{"type":"direct"}', ''));
}

/** A stream keeps the white space of the model's JSON, a message does not. */
function plainArguments(part: AssistantPart): AssistantPart {
  return part.type === 'tool-call' ? { ...part, arguments: JSON.stringify(JSON.parse(part.arguments)) } : part;
}

describe.skipIf(recordings.length === 0)('recorded traffic of Anthropic', () => {
  beforeAll(() => {
    for (const type of ['BetaMessage', 'BetaRawMessageStreamEvent', 'MessageCreateParams'])
      faultsAgainstSdk(BETA, type, {});
    for (const type of ['Message', 'RawMessageStreamEvent']) faultsAgainstSdk(STABLE, type, {});
  }, SCHEMA_TIMEOUT_MS);

  it.each(answers)('leaves nothing unknown of $name', ({ reply, streamed }) => {
    const unknown: UnknownFields = new Set();
    decode(reply, streamed, unknown);
    expect([...unknown]).toEqual([]);
  });

  it.each(answers)('reads the text, tool calls, end and usage of $name', ({ reply, streamed }) => {
    const plain = streamed ? plainStream(reply) : plainMessage(JSON.parse(reply));
    const { choices, usage } = decode(reply, streamed);
    expect(summary(choices[0]?.parts ?? [])).toEqual({ text: plain.text, calls: plain.calls });
    expect(choices[0]?.finish?.native).toBe(plain.stop);
    expect(usage).toEqual({
      inputTokens: plain.usage['input_tokens'],
      cacheReadTokens: plain.usage['cache_read_input_tokens'],
      cacheWriteTokens: plain.usage['cache_creation_input_tokens'],
      outputTokens: plain.usage['output_tokens'],
      ...('output_tokens_details' in plain.usage && {
        reasoningTokens: asObject(plain.usage['output_tokens_details'])['thinking_tokens'],
      }),
    });
  });

  it.each(answers)(
    'writes $name as a message of the SDK, and reads the same again',
    ({ reply, streamed, requestBody }) => {
      const decoded = decode(reply, streamed);
      const context = contextOf(requestBody);
      const body = client.encodeReply(decoded, context);
      expect(faultsOf('Message', body)).toEqual([]);
      expect(context.losses.names).toEqual([]);
      expect(withoutCallers(vendor.decodeReply(body))).toEqual(withoutCallers(decoded));
    },
  );

  it.each(answers)(
    'writes $name as a stream of the SDK, and reads the same again',
    ({ reply, streamed, requestBody }) => {
      const decoded = decode(reply, streamed);
      const stream = encodeStream(
        streamed ? decodeStream([Buffer.from(reply)]) : eventsOf(decoded, 50),
        contextOf(requestBody),
      );
      for (const event of eventsIn(stream)) expect(faultsOf('RawMessageStreamEvent', event)).toEqual([]);
      expect(withoutCallers(decode(stream, true))).toEqual(withoutCallers(decoded));
    },
  );

  it.each(streams)('reads the same of $name wherever it is cut', ({ reply }) => {
    const bytes = Buffer.from(reply);
    const whole = decodeStream([bytes]);
    const step = Math.ceil(bytes.length / 300);
    for (let at = 0; at <= bytes.length; at += step) {
      expect(decodeStream([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(decodeStream([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
  });

  it.each(streams)('watches $name and learns what its decoder learns', ({ reply }) => {
    const watch = passthrough.streamWatch();
    const kinds = new SseSplitter().push(Buffer.from(reply)).map((event) => watch.read(event));
    const { model, usage, choices } = decode(reply, true);
    expect(watch).toMatchObject({ model, usage, finishReason: choices[0]?.finish?.native, finishedChoices: 1 });
    expect(kinds.at(-1)).toBe('done');
    expect(kinds.slice(0, -1).every((kind) => kind === 'chunk' || kind === 'quiet')).toBe(true);
    expect(watch.hasText).toBe(true);
    const { text } = watch.written();
    const said = (choices[0]?.parts ?? []).flatMap((part) => {
      if (part.type === 'tool-call') return [part.name + part.arguments];
      return part.type === 'text' || part.type === 'reasoning' ? [part.text] : [];
    });
    expect(said.filter((words) => !text.includes(words))).toEqual([]);
  });

  it.each(answers.filter(({ streamed }) => !streamed))('learns of $name what its decoder learns', ({ reply }) => {
    const facts = passthrough.readReply(Buffer.from(reply));
    const { model, usage, choices } = decode(reply, false);
    expect(facts).toMatchObject({ model, usage, finishReason: choices[0]?.finish?.native });
  });

  it.each(recordings)('reads the request of $name and writes its like', ({ requestBody }) => {
    const asked = { model: String(requestBody['model']), stream: requestBody['stream'] === true };
    const conversation = client.decodeRequest(requestBody, asked);
    const losses = new Losses();
    const body = vendor.encodeRequest(conversation, { model: asked.model, losses });
    expect(faultsAgainstSdk(BETA, 'MessageCreateParams', body)).toEqual([]);
    // An effort is the one thing that is said in another way: of those that the model knows, and with its thinking.
    const effort = conversation.reasoning?.effort;
    const reasoning = effort === undefined ? conversation.reasoning : { adaptive: true, effort: 'high' };
    expect(client.decodeRequest(body, asked)).toEqual({ ...conversation, reasoning, unmodelled: [] });
    expect(losses.names).toEqual(conversation.unmodelled);
  });

  it('reads an error', () => {
    const error = recordings.find(({ status }) => status === 400);
    expect(vendor.readError(JSON.parse(error?.reply ?? '{}'))).toEqual({
      message: "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
      type: 'invalid_request_error',
      status: 400,
    });
  });
});
