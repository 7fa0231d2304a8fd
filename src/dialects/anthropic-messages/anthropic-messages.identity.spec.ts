import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../test/support/reply-events.js';
import { collectReply } from '../collect-reply.js';
import type {
  AssistantPart,
  Conversation,
  MediaPart,
  Message,
  ReasoningPart,
  Signature,
  TextPart,
  Tool,
  ToolCallPart,
} from '../conversation.js';
import { Losses } from '../losses.js';
import type { Reply } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { anthropicMessagesClient as client, anthropicMessagesVendor as vendor } from './anthropic-messages.dialect.js';
import { readFinish } from './anthropic-messages.stop-reason.js';

const MODEL = 'claude-sonnet-4-5';

const words = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `${text}.`);
const text: fc.Arbitrary<TextPart> = words.map((said) => ({ type: 'text', text: said }));
const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
const value = fc.stringMatching(/^[A-Za-z0-9+/]{1,40}$/);
const input = fc.record({ a: fc.string(), b: fc.array(fc.integer()) }, { requiredKeys: [] });
const call: fc.Arbitrary<ToolCallPart> = fc.record({
  type: fc.constant('tool-call'),
  id,
  name: id,
  arguments: input.map((given) => JSON.stringify(given)),
});
const ownReasoning: fc.Arbitrary<ReasoningPart> = fc.oneof(
  fc.record({
    type: fc.constant('reasoning'),
    text: fc.string(),
    signature: fc.record({ origin: fc.constant('anthropic'), value }),
  }),
  value.map((data): ReasoningPart => ({
    type: 'reasoning',
    text: '',
    signature: { origin: 'anthropic', value: data, redacted: true },
  })),
);
const image: fc.Arbitrary<MediaPart> = fc.base64String({ minLength: 4 }).map((base64) => ({
  type: 'media',
  kind: 'image',
  source: { type: 'data', base64 },
  mediaType: 'image/png',
}));

/** What a user says, the model's answer to it, and the results of its calls. */
const exchange: fc.Arbitrary<Message[]> = fc
  .record({
    asked: fc.array(fc.oneof(text, image), { minLength: 1, maxLength: 3 }),
    thought: ownReasoning,
    said: text,
    calls: fc.uniqueArray(call, { maxLength: 3, selector: (made) => made.id }),
    found: fc.array(text, { maxLength: 2 }),
    isError: fc.constantFrom(undefined, true as const),
  })
  .map(({ asked, thought, said, calls, found, isError }): Message[] => {
    const results = calls.map(({ id: callId, name }) => ({
      type: 'tool-result' as const,
      callId,
      name,
      parts: found,
      isError,
    }));
    const turns: Message[] = [
      { role: 'user', parts: asked },
      { role: 'assistant', parts: [thought, said, ...calls] },
    ];
    return results.length > 0 ? turns.concat({ role: 'tool', results }) : turns;
  });

const messages: fc.Arbitrary<Message[]> = fc
  .tuple(fc.array(text, { maxLength: 2 }), fc.array(exchange, { minLength: 1, maxLength: 3 }), text)
  .map(([system, exchanges, last]): Message[] => {
    const instructions: Message[] = system.length > 0 ? [{ role: 'system', parts: system }] : [];
    return instructions.concat(exchanges.flat(), { role: 'user', parts: [last] });
  });

const manner: fc.Arbitrary<Partial<Conversation>> = fc.oneof(
  fc.record({
    temperature: fc.double({ min: 0, max: 0.9, noNaN: true }),
    topK: fc.nat(),
    toolChoice: fc.constantFrom(
      { type: 'required' as const },
      { type: 'auto' as const },
      { type: 'tool' as const, name: 'f' },
    ),
    reasoning: fc.constant({ effort: 'none' as const }),
  }),
  fc.record({
    reasoning: fc.record({ budgetTokens: fc.integer({ min: 1_024, max: 9_999 }) }),
    maxOutputTokens: fc.constant(10_000),
  }),
);

const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
const conversation: fc.Arbitrary<Conversation> = fc
  .tuple(
    fc.record({
      model: fc.constant(MODEL),
      stream: fc.boolean(),
      messages,
      tools: words.map((description): Tool[] => [
        { type: 'function', name: 'f', description, parameters: { type: 'object', properties: {} }, strict: true },
      ]),
      toolChoice: fc.constant({ type: 'auto' as const }),
      parallelToolCalls: fc.constantFrom(undefined, false as const),
      responseFormat: fc.constant({ type: 'json-schema' as const, schema }),
      maxOutputTokens: fc.constant(64_000),
      stop: fc.array(words, { minLength: 1 }),
      user: words,
      unmodelled: fc.constant([]),
    }),
    manner,
  )
  .map(([asked, how]) => Object.assign(asked, how));

const foreign: fc.Arbitrary<Signature> = fc.record(
  { origin: fc.constantFrom('google' as const, 'openai' as const, 'opaque' as const), value, id },
  { requiredKeys: ['origin', 'value'] },
);
const native: AssistantPart = {
  type: 'native',
  dialect: 'anthropic-messages',
  kind: 'server_tool_use',
  value: { type: 'server_tool_use', id: '1', name: 'web_search', input: { query: 'x' }, caller: { type: 'direct' } },
};
const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  text,
  call,
  ownReasoning.filter((reasoning) => reasoning.text !== '' || reasoning.signature !== undefined),
  fc.constant(native),
  fc.tuple(fc.oneof(text, call), foreign).map(([signed, signature]) => Object.assign(signed, { signature })),
  fc.record({ type: fc.constant('reasoning'), text: fc.string(), signature: foreign }),
  foreign.map((signature): AssistantPart => ({
    type: 'reasoning',
    text: '',
    signature: { ...signature, redacted: true },
  })),
  words.map((said): AssistantPart => ({ type: 'reasoning', text: said })),
);
const finish = fc
  .constantFrom('end_turn', 'max_tokens', 'tool_use', 'refusal', 'pause_turn', 'model_context_window_exceeded')
  .map((reason) => readFinish(reason, null));
const reply: fc.Arbitrary<Reply> = fc.record({
  id,
  model: id,
  choices: fc.tuple(fc.record({ index: fc.constant(0), parts: fc.array(part, { maxLength: 6 }), finish })),
  usage: fc.record({
    inputTokens: fc.nat(),
    cacheReadTokens: fc.nat(),
    cacheWriteTokens: fc.nat(),
    outputTokens: fc.nat(),
    reasoningTokens: fc.nat(),
  }),
});

function context() {
  const asked: Conversation = { model: MODEL, stream: false, messages: [], unmodelled: [] };
  return { requestId: 'r', model: MODEL, conversation: asked, createdAt: 0, losses: new Losses() };
}

function streamOf(answer: Reply): Buffer {
  const encoder = client.streamEncoder(context());
  const sequencer = new Sequencer();
  const written = eventsOf(answer, 5)
    .flatMap((event) => sequencer.push(event))
    .map((event) => encoder.write(event));
  const { closing, terminal } = encoder.end();
  return Buffer.from([...written, closing, terminal].join(''));
}

describe('what Anthropic can say', () => {
  it('is the same request after it was written and read', () => {
    fc.assert(
      fc.property(conversation, (asked) => {
        const losses = new Losses();
        const body: unknown = JSON.parse(JSON.stringify(vendor.encodeRequest(asked, { model: MODEL, losses })));
        expect(client.decodeRequest(body as Record<string, unknown>, { model: MODEL, stream: asked.stream })).toEqual(
          asked,
        );
        expect(losses.names).toEqual([]);
      }),
    );
  });

  it('is the same answer after it was written and read', () => {
    fc.assert(
      fc.property(reply, (answer) => {
        const into = context();
        expect(vendor.decodeReply(JSON.parse(JSON.stringify(client.encodeReply(answer, into))))).toEqual(answer);
        expect(into.losses.names).toEqual([]);
      }),
    );
  });

  it('is the same answer after it was streamed and read, wherever the stream was cut', () => {
    fc.assert(
      fc.property(reply, fc.nat(), (answer, cut) => {
        const bytes = streamOf(answer);
        const at = cut % bytes.length;
        const decoder = vendor.streamDecoder();
        const events = [bytes.subarray(0, at), bytes.subarray(at)].flatMap((chunk) => decoder.push(chunk));
        expect(collectReply(events)).toEqual(answer);
        expect(events.at(-1)).toEqual({ type: 'done' });
      }),
    );
  });
});
