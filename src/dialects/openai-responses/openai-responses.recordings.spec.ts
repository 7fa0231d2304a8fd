import { describe, expect, it } from 'vitest';
import { faultsAgainst, hasPublishedSchema } from '../../../test/support/published-schema.js';
import { type Recording, recordingsOf } from '../../../test/support/recordings.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart, JsonObject } from '../conversation.js';
import type { ReplyContext, UnknownFields } from '../dialect.js';
import { asObject, objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import type { Reply, StreamEvent } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { SseSplitter } from '../sse.js';
import { openAiResponsesClient as client, openAiResponsesVendor as vendor } from './openai-responses.dialect.js';
import { openAiResponsesPassthrough as passthrough } from './openai-responses.passthrough.js';

const recordings = recordingsOf('openai-responses');
const answered = recordings.filter(({ status, reply }) => status === 200 && !reply.includes('"response.failed"'));
const refused = recordings.filter(({ status }) => status !== 200);
const whole = answered.filter((recording) => !recording.streamed);
const streamed = answered.filter((recording) => recording.streamed);

/** The payloads of a recorded stream, read without our own parser. */
function payloads(reply: string): Record<string, unknown>[] {
  return reply
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)));
}

/**
 * The response object as the vendor ended it, with its items as they were ended one by one: what a reasoning item hides
 * is encrypted anew for each event.
 */
function finalResponse({ reply, streamed }: Recording): Record<string, unknown> {
  if (!streamed) return JSON.parse(reply);
  const events = payloads(reply);
  const items = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
  return { ...asObject(events.at(-1)?.['response']), output: items };
}

function eventsIn(recording: Recording, unknown?: UnknownFields): StreamEvent[] {
  const decoder = vendor.streamDecoder(unknown);
  return [...decoder.push(Buffer.from(recording.reply)), ...decoder.end()];
}

function decoded(recording: Recording, unknown?: UnknownFields): Reply {
  return recording.streamed
    ? collectReply(eventsIn(recording, unknown))
    : vendor.decodeReply(JSON.parse(recording.reply), unknown);
}

/** The request without what only the vendor that stored it knows. */
function standalone({ requestBody }: Recording): JsonObject {
  const { input } = requestBody;
  return {
    ...requestBody,
    input: Array.isArray(input) ? objectsIn(input).filter(({ type }) => type !== 'item_reference') : input,
    previous_response_id: null,
    conversation: null,
    prompt: null,
    background: false,
  };
}

function contextOf(recording: Recording): ReplyContext {
  const conversation = client.decodeRequest(standalone(recording), { model: 'm', stream: false });
  return { requestId: 'request-1', model: 'm', conversation, createdAt: 1, losses: new Losses() };
}

/** What each kind of item must have become, read plainly. */
function plainParts(response: Record<string, unknown>): object[] {
  return objectsIn(response['output']).flatMap(plainItem);
}

function plainItem(item: JsonObject): object[] {
  const texts = (list: unknown) => objectsIn(list).map((part) => part['text']);
  const call = { type: 'tool-call', id: item['call_id'], name: expect.stringContaining(String(item['name'])) };
  switch (item['type']) {
    case 'message':
      return objectsIn(item['content']).map((part) => {
        return part['type'] === 'refusal'
          ? { type: 'refusal', text: part['refusal'] }
          : { type: 'text', text: part['text'] };
      });
    case 'function_call':
      return [{ ...call, arguments: item['arguments'] }];
    case 'custom_tool_call':
      return [{ ...call, arguments: item['input'], custom: true }];
    case 'image_generation_call':
      return [item['result'] ? { type: 'media', source: { base64: item['result'] } } : { type: 'native' }];
    case 'reasoning': {
      const summary = texts(item['summary']);
      const text = (summary.length > 0 ? summary : texts(item['content'])).join('\n\n');
      const encrypted = item['encrypted_content'];
      if (text === '' && typeof encrypted !== 'string') return [];
      return [{ type: 'reasoning', text, ...(typeof encrypted === 'string' && { signature: { value: encrypted } }) }];
    }
    default:
      return [{ type: 'native', kind: item['type'], value: item }];
  }
}

function plainFinish(response: Record<string, unknown>, parts: readonly AssistantPart[]): string {
  if (response['status'] === 'completed') return parts.some(isCall) ? 'tool-calls' : 'stop';
  const { reason } = asObject(response['incomplete_details']);
  return reason === 'max_output_tokens' ? 'length' : 'content-filter';
}

function isCall({ type }: AssistantPart): boolean {
  return type === 'tool-call';
}

function defined(usage: object | undefined): object {
  return Object.fromEntries(Object.entries(usage ?? {}).filter(([, count]) => count !== undefined));
}

/** A stream begins an item before it knows the id that the signature brings. */
function withoutItemIds({ choices }: Reply): object[] {
  return choices.map(({ parts, finish }) => [
    finish,
    parts.map((part) => {
      if (part.type !== 'reasoning' || !part.signature) return part;
      return { type: part.type, text: part.text, value: part.signature.value };
    }),
  ]);
}

/** Hosted items go out as they came; what the schema has against those is the vendor's. */
function withoutHosted(reply: Reply): Reply {
  const choices = reply.choices.map(({ index, parts, finish }) => {
    return { index, parts: parts.filter(({ type }) => type !== 'native'), finish };
  });
  return { id: reply.id, model: reply.model, createdAt: reply.createdAt, choices, usage: reply.usage };
}

/** The stream that the client gets. */
function encodedStream(events: readonly StreamEvent[], context: ReplyContext): string {
  const encoder = client.streamEncoder(context);
  const sequencer = new Sequencer();
  const written = events.flatMap((event) => sequencer.push(event).map((ordered) => encoder.write(ordered)));
  const { closing, terminal } = encoder.end();
  return [...written, closing, terminal].join('');
}

describe.skipIf(recordings.length === 0)('recorded responses', () => {
  it.each(answered)('$name: every field is known', (recording) => {
    const unknown = new Set<string>();
    decoded(recording, unknown);
    expect([...unknown]).toEqual([]);
  });

  it.each(answered)('$name: texts, calls, finish and usage are the recorded ones', (recording) => {
    const response = finalResponse(recording);
    const reply = decoded(recording);
    const [choice] = reply.choices;
    expect(choice?.parts).toMatchObject(plainParts(response));
    expect(choice?.parts).toHaveLength(plainParts(response).length);
    expect(choice?.finish?.reason).toBe(plainFinish(response, choice?.parts ?? []));
    expect(reply).toMatchObject({ id: response['id'], model: response['model'], createdAt: response['created_at'] });
    const usage = asObject(response['usage']);
    const { inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens } = reply.usage ?? {};
    expect(inputTokens + cacheReadTokens + cacheWriteTokens).toBe(usage['input_tokens']);
    expect(outputTokens).toBe(usage['output_tokens']);
    expect(reply.usage?.reasoningTokens).toBe(asObject(usage['output_tokens_details'])['reasoning_tokens']);
  });

  it.each(streamed)('$name: the stream tells the same as its last event', (recording) => {
    const streamedReply = collectReply(eventsIn(recording));
    const whole = vendor.decodeReply(finalResponse(recording));
    const texts = (reply: Reply) => reply.choices.map(({ parts, finish }) => [parts, finish]);
    expect(texts(streamedReply)).toEqual(texts(whole));
  });

  it.each(streamed)('$name: is the same wherever its bytes are cut', (recording) => {
    const bytes = Buffer.from(recording.reply);
    const whole = eventsIn(recording);
    const step = Math.max(1, Math.floor(bytes.length / 150));
    for (let cut = 1; cut < bytes.length; cut += step) {
      const decoder = vendor.streamDecoder();
      const events = [...decoder.push(bytes.subarray(0, cut)), ...decoder.push(bytes.subarray(cut)), ...decoder.end()];
      expect(events).toEqual(whole);
    }
  });

  it.each(refused)('$name: the error is read as the vendor put it', (recording) => {
    const body = JSON.parse(recording.reply);
    expect(vendor.readError(body)).toMatchObject(body.error);
  });

  it.each(whole)('$name: passes through with the facts that decoding finds', (recording) => {
    const { model, usage, choices } = decoded(recording);
    const finishReason = choices[0]?.finish?.native;
    expect(passthrough.readReply(Buffer.from(recording.reply))).toMatchObject({ model, usage, finishReason });
  });

  it.each(streamed)('$name: passes through with the facts that decoding finds', (recording) => {
    const { model, usage, choices } = decoded(recording);
    const finishReason = choices[0]?.finish?.native;
    const watch = passthrough.streamWatch();
    const kinds = new SseSplitter().push(Buffer.from(recording.reply)).map((event) => watch.read(event));
    expect(watch).toMatchObject({ model, usage, finishReason, hasText: true, finishedChoices: 1, error: undefined });
    expect(new Set(kinds.filter((kind) => kind !== 'quiet'))).toEqual(new Set(['chunk', 'done']));
    expect(kinds.findLast((kind) => kind !== 'quiet')).toBe('done');
    const written = eventsIn(recording).map((event) => ('text' in event ? event.text : ''));
    // Summaries are joined with blank lines, which nobody wrote.
    expect(watch.written().text.replaceAll(/\s/g, '')).toBe(written.join('').replaceAll(/\s/g, ''));
  });

  it.each(answered)('$name: encodes to the same parts again', (recording) => {
    const reply = decoded(recording);
    const again = vendor.decodeReply(client.encodeReply(reply, contextOf(recording)));
    expect(again.choices).toEqual(reply.choices);
    expect(again.usage).toEqual({ cacheWriteTokens: 0, ...defined(reply.usage) });
  });

  it.each(streamed)('$name: streams the same parts again', (recording) => {
    const text = encodedStream(eventsIn(recording), contextOf(recording));
    const again = collectReply(vendor.streamDecoder().push(Buffer.from(text)));
    expect(withoutItemIds(again)).toEqual(withoutItemIds(decoded(recording)));
  });

  describe.skipIf(!hasPublishedSchema)('against the published schema', () => {
    it.each(answered)('$name: the encoded reply is a response', (recording) => {
      const body = client.encodeReply(withoutHosted(decoded(recording)), contextOf(recording));
      expect(faultsAgainst('Response', body)).toEqual([]);
    });

    it.each(streamed)('$name: the encoded events are response events, numbered from 0', (recording) => {
      const events = eventsIn(recording).filter(({ type }) => type !== 'native');
      const encoded = payloads(encodedStream(events, contextOf(recording)));
      expect(encoded.map((event) => event['sequence_number'])).toEqual(encoded.map((_, index) => index));
      expect(encoded.flatMap((event) => faultsAgainst('ResponseStreamEvent', event))).toEqual([]);
    });
  });
});

describe.skipIf(recordings.length === 0)('recorded requests', () => {
  it.each(recordings)('$name: decodes and encodes to the same meaning', (recording) => {
    const asked = { model: 'm', stream: true };
    const conversation = client.decodeRequest(standalone(recording), asked);
    const encoded = vendor.encodeRequest(conversation, { model: 'm', losses: new Losses() });
    const again = client.decodeRequest(encoded, asked);
    expect({ ...again, unmodelled: [] }).toEqual({ ...conversation, unmodelled: [] });
    const isChecked = hasPublishedSchema && faultsAgainst('CreateResponse', recording.requestBody).length === 0;
    expect(isChecked ? faultsAgainst('CreateResponse', encoded) : []).toEqual([]);
  });
});
