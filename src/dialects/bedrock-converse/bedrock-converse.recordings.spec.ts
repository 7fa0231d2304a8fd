import { describe, expect, it } from 'vitest';
import { bedrockRecordings } from '../../../test/support/bedrock-recordings.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart, JsonObject } from '../conversation.js';
import { asObject, asText, objectsIn } from '../fields.js';
import type { Reply, StreamEvent } from '../reply.js';
import { bedrockConverseVendor } from './bedrock-converse.dialect.js';

const exchanges = bedrockRecordings();
const answered = exchanges.filter(([, { response }]) => response.status === 200);
const whole = answered.filter(([, { response }]) => response.body);
const streamed = answered.filter(([, { response }]) => response.base64);
const refused = exchanges.filter(([, { response }]) => response.status !== 200);

/** What a reader sees of an answer, however it came. */
interface Seen {
  text: string;
  reasoning: string;
  signatures: string[];
  tools: { id: unknown; name: unknown; input: unknown }[];
  finish: unknown;
  total: unknown;
}

function seenInReply(reply: Reply): Seen {
  const [choice] = reply.choices;
  const parts: readonly AssistantPart[] = choice?.parts ?? [];
  const { inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens = 0 } = reply.usage ?? {};
  return {
    text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    reasoning: parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''),
    signatures: parts.flatMap((part) =>
      part.type === 'reasoning' && part.signature
        ? part.signature.redacted
          ? Buffer.from(part.signature.value).toString('base64')
          : part.signature.value
        : [],
    ),
    tools: parts.flatMap((part) =>
      part.type === 'tool-call' ? { id: part.id, name: part.name, input: JSON.parse(part.arguments || '{}') } : [],
    ),
    finish: choice?.finish?.native,
    total: inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens,
  };
}

function seenInBody(body: JsonObject): Seen {
  const content = objectsIn(asObject(asObject(body.output).message).content);
  const thoughts = content.map(({ reasoningContent }) => asObject(reasoningContent));
  return {
    text: content.map(({ text }) => asText(text) ?? '').join(''),
    reasoning: thoughts.map(({ reasoningText }) => asText(asObject(reasoningText).text) ?? '').join(''),
    signatures: thoughts.flatMap(({ reasoningText, redactedContent }) =>
      [asObject(reasoningText).signature ?? redactedContent].filter((value) => typeof value === 'string'),
    ),
    tools: content.flatMap(({ toolUse }) => {
      const { toolUseId: id, name, input } = asObject(toolUse);
      return toolUse ? { id, name, input } : [];
    }),
    finish: body.stopReason,
    total: asObject(body.usage).totalTokens,
  };
}

/** Frames read by their lengths alone: 12 bytes, headers, JSON, 4 bytes. */
function payloadsOf(bytes: Buffer): JsonObject[] {
  const payloads: JsonObject[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const start = at + 12 + bytes.readUInt32BE(at + 4);
    payloads.push(JSON.parse(bytes.toString('utf8', start, at + bytes.readUInt32BE(at) - 4)));
  }
  return payloads;
}

function seenInStream(payloads: readonly JsonObject[]): Seen {
  const deltas = payloads.map(({ delta }) => asObject(delta));
  const thoughts = deltas.map(({ reasoningContent }) => asObject(reasoningContent));
  const tools = payloads.flatMap(({ start, contentBlockIndex }) => {
    const { toolUseId: id, name } = asObject(asObject(start).toolUse);
    if (id === undefined) return [];
    const input = payloads
      .filter((payload) => payload.contentBlockIndex === contentBlockIndex)
      .map(({ delta }) => asText(asObject(asObject(delta).toolUse).input) ?? '')
      .join('');
    return { id, name, input: JSON.parse(input || '{}') };
  });
  return {
    text: deltas.map(({ text }) => asText(text) ?? '').join(''),
    reasoning: thoughts.map(({ text }) => asText(text) ?? '').join(''),
    signatures: thoughts.flatMap(({ signature, redactedContent }) =>
      [signature ?? redactedContent].filter((value) => typeof value === 'string'),
    ),
    tools,
    finish: payloads.find(({ stopReason }) => stopReason)?.stopReason,
    total: asObject(payloads.find(({ usage }) => usage)?.usage).totalTokens,
  };
}

function eventsOf(chunks: readonly Buffer[], unknown?: Set<string>): StreamEvent[] {
  const decoder = bedrockConverseVendor.streamDecoder(unknown);
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

describe.skipIf(exchanges.length === 0)('recorded Bedrock traffic', () => {
  it.each(whole)('decodes the answer of %s with nothing unknown', (_name, { response: { body = {} } }) => {
    const unknown = new Set<string>();
    expect(seenInReply(bedrockConverseVendor.decodeReply(body, unknown))).toEqual(seenInBody(body));
    expect([...unknown]).toEqual([]);
  });

  it.each(streamed)('decodes the stream of %s with nothing unknown', (_name, { response: { base64 = '' } }) => {
    const bytes = Buffer.from(base64, 'base64');
    const unknown = new Set<string>();
    const events = eventsOf([bytes], unknown);
    expect(seenInReply(collectReply(events))).toEqual(seenInStream(payloadsOf(bytes)));
    expect(events.at(-1)).toEqual({ type: 'done' });
    expect([...unknown]).toEqual([]);
  });

  it.each(streamed)('tells the same of %s wherever it is cut', (_name, { response: { base64 = '' } }) => {
    const bytes = Buffer.from(base64, 'base64');
    const events = eventsOf([bytes]);
    // A long one is cut in two at some places, and at all of them at once below.
    const step = bytes.length > 2_000 ? 7 : 1;
    for (let at = 1; at < bytes.length; at += step) {
      expect(eventsOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(events);
    }
    expect(eventsOf(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(events);
  });

  it.each(refused)('hands on the words of %s', (_name, { response: { body = {} } }) => {
    expect(bedrockConverseVendor.readError(body)).toEqual({ message: body.message });
  });
});
