import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsAgainst, hasPublishedSchema } from '../../../test/support/published-schema.js';
import { collectReply } from '../collect-reply.js';
import type { AssistantPart, Signature } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import type { Reply, StreamEvent } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { openAiResponsesClient as client, openAiResponsesVendor as vendor } from './openai-responses.dialect.js';
import { eventsOf } from './openai-responses.output-writer.js';

function contextOf(): ReplyContext {
  const conversation = { model: 'm', stream: false, messages: [], unmodelled: [] };
  return { requestId: 'request-1', model: 'm', conversation, createdAt: 7, losses: new Losses() };
}

function replyOf(parts: readonly AssistantPart[]): Reply {
  return { choices: [{ index: 0, parts, finish: { reason: 'stop', native: 'stop' } }] };
}

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const anyText = fc.string({ minLength: 1, unit: 'binary' });
const openaiSignature = fc.record<Signature>({
  origin: fc.constant('openai'),
  value: word,
  id: word.map((id) => `rs_${id}`),
});
const foreignSignature = fc.record<Signature>({
  origin: fc.constantFrom('anthropic', 'google', 'opaque'),
  value: word,
});
const logprob = fc.record({ token: word, bytes: fc.array(fc.nat(255)), logprob: fc.integer({ min: -99, max: -1 }) });
const citation = fc.record({ url: fc.webUrl(), title: word, start: fc.nat(9), end: fc.nat(9) });
const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: anyText }),
  fc.record({ type: fc.constant('text' as const), text: anyText, logprobs: fc.array(logprob, { minLength: 1 }) }),
  fc.record({ type: fc.constant('text' as const), text: anyText, citations: fc.array(citation, { minLength: 1 }) }),
  fc.record({ type: fc.constant('refusal' as const), text: anyText }),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: fc.string(),
    signature: fc.oneof(openaiSignature, foreignSignature),
  }),
  fc.record({ type: fc.constant('reasoning' as const), text: anyText }),
  fc.record({ type: fc.constant('tool-call' as const), id: word, name: word, arguments: anyText }),
  fc.record({
    type: fc.constant('tool-call' as const),
    id: word,
    name: word,
    arguments: fc.string(),
    custom: fc.constant(true as const),
  }),
);
const parts = fc.array(part, { maxLength: 6 });

/** Without the vendor's own form of a citation, which the decoder adds. */
function plain(all: readonly AssistantPart[] | undefined): readonly AssistantPart[] | undefined {
  return all?.map((part) => {
    if (part.type !== 'text' || !part.citations) return part;
    const citations = part.citations.map(({ url, title, start, end }) => ({ url, title, start, end }));
    return { type: 'text', text: part.text, citations };
  });
}

function faultsIn(stream: Buffer): string[] {
  const payloads = stream.toString().match(/^data: .*$/gm) ?? [];
  return payloads.flatMap((line) => faultsAgainst('ResponseStreamEvent', JSON.parse(line.slice(6))));
}

describe('any reply', () => {
  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(parts, (original) => {
        const context = contextOf();
        const read = vendor.decodeReply(client.encodeReply(replyOf(original), context));
        expect(plain(read.choices[0]?.parts)).toEqual(original);
        expect(context.losses.names).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same after it was streamed and read, in events that the schema allows', () => {
    fc.assert(
      fc.property(parts, fc.nat(), (original, cut) => {
        const encoder = client.streamEncoder(contextOf());
        const sequencer = new Sequencer();
        const events: StreamEvent[] = [
          { type: 'start', model: 'x-1' },
          ...original.flatMap((item, index) => eventsOf(item, index)),
          { type: 'finish', choice: 0, finish: { reason: 'stop', native: 'stop' } },
        ];
        const written = events.flatMap((event) => sequencer.push(event).map((ordered) => encoder.write(ordered)));
        const { closing, terminal } = encoder.end();
        const bytes = Buffer.from([...written, closing, terminal].join(''));
        const decoder = vendor.streamDecoder();
        const at = cut % bytes.length;
        const read = collectReply([...decoder.push(bytes.subarray(0, at)), ...decoder.push(bytes.subarray(at))]);
        expect(plain(read.choices[0]?.parts ?? [])).toEqual(original);
        expect(hasPublishedSchema ? faultsIn(bytes) : []).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.skipIf(!hasPublishedSchema)('is a response as the published schema wants it', () => {
    fc.assert(
      fc.property(parts, (original) => {
        const usage = { inputTokens: 1, outputTokens: 2 };
        const body = client.encodeReply({ ...replyOf(original), usage }, contextOf());
        expect(faultsAgainst('Response', body)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
