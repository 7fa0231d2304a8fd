import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../test/support/reply-events.js';
import { collectReply } from '../collect-reply.js';
import type {
  AssistantPart,
  Conversation,
  MediaPart,
  Message,
  ReasoningRequest,
  Signature,
  Tool,
  ToolCallPart,
  ToolChoice,
  ToolResultPart,
} from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import type { Choice, Reply } from '../reply.js';
import { Sequencer } from '../sequencer.js';
import { geminiClient, geminiVendor } from './gemini.dialect.js';

const MODEL = 'gemini-3-flash-preview';

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const jsonObject = fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const json = jsonObject.map((value) => JSON.stringify(value));
const google: fc.Arbitrary<Signature> = fc.base64String({ minLength: 4, maxLength: 12 }).map((value) => ({
  origin: 'google',
  value,
}));
const media: fc.Arbitrary<MediaPart> = fc
  .constantFrom<readonly [MediaPart['kind'], string]>(
    ['image', 'image/png'],
    ['audio', 'audio/wav'],
    ['video', 'video/mp4'],
    ['document', 'application/pdf'],
  )
  .chain(([kind, mediaType]) =>
    fc
      .oneof(
        fc.record({ type: fc.constant('data' as const), base64: fc.base64String({ minLength: 4 }) }),
        fc.record({ type: fc.constant('url' as const), url: word.map((name) => `https://example.com/${name}`) }),
        fc.record({ type: fc.constant('file' as const), id: word.map((name) => `gs://bucket/${name}`) }),
      )
      .map((source): MediaPart => ({ type: 'media', kind, mediaType, source })),
  );

const native = fc.record({ code: text }).map((executableCode): AssistantPart => {
  return { type: 'native', dialect: 'gemini', kind: 'executableCode', value: { executableCode } };
});

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

function call(signature: fc.Arbitrary<Signature | undefined>): fc.Arbitrary<ToolCallPart> {
  return fc.record({
    type: fc.constant('tool-call' as const),
    id: fc.uuid(),
    name: word,
    arguments: fc.oneof(json, fc.constant('')),
    signature,
  });
}

const answerPart: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text, signature: optional(google) }),
  fc.record({ type: fc.constant('reasoning' as const), text, signature: optional(google) }),
  media,
  native,
);

const resultOf = ({ id, name }: ToolCallPart): fc.Arbitrary<ToolResultPart> =>
  fc
    .record({
      text: fc.oneof(text, json, fc.constant('{"output":"x"}'), fc.constant('{"error":"x"}'), fc.constant('{}')),
      media: fc.array(media, { maxLength: 1 }),
      isError: fc.constantFrom(true as const, undefined),
    })
    .map(({ text: said, media: shown, isError }) => {
      const parts = [{ type: 'text' as const, text: said }, ...shown];
      return { type: 'tool-result', callId: id, name, parts, isError };
    });

/** An answer that calls, and the results; the first call of a step is always signed. */
const step: fc.Arbitrary<Message[]> = fc
  .record({
    before: fc.array(answerPart, { maxLength: 2 }),
    first: call(google),
    others: fc.array(call(optional(google)), { maxLength: 2 }),
  })
  .chain(({ before, first, others }) =>
    fc.tuple(...[first, ...others].map(resultOf)).map((results): Message[] => [
      { role: 'assistant', parts: [...before, first, ...others] },
      { role: 'tool', results },
    ]),
  );

const turn: fc.Arbitrary<Message[]> = fc
  .record({
    asked: fc.array(
      fc.oneof(
        text.map((said) => ({ type: 'text' as const, text: said })),
        media,
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    steps: fc.array(step, { maxLength: 2 }),
    answer: fc.array(answerPart, { minLength: 1, maxLength: 3 }),
  })
  .map(({ asked, steps, answer }) => {
    const first: Message[] = [{ role: 'user', parts: asked }];
    const last: Message = { role: 'assistant', parts: answer };
    return first.concat(...steps, last);
  });

const tool: fc.Arbitrary<Tool> = fc.oneof(
  fc.record({
    type: fc.constant('function' as const),
    name: word,
    description: optional(text),
    parameters: optional(fc.constant({ type: 'object', properties: { a: { type: 'string' } } })),
  }),
  fc.constant<Tool>({ type: 'native', dialect: 'gemini', kind: 'googleSearch', value: { googleSearch: {} } }),
);

const toolChoice: fc.Arbitrary<ToolChoice> = fc.oneof(
  fc.constantFrom<ToolChoice>({ type: 'auto' }, { type: 'none' }, { type: 'required' }),
  word.map((name): ToolChoice => ({ type: 'tool', name })),
  fc.tuple(word, word).map((names): ToolChoice => ({ type: 'allowed', names, required: true })),
  word.map((name): ToolChoice => ({ type: 'allowed', names: [name], required: false })),
);

const reasoning: fc.Arbitrary<ReasoningRequest> = fc.oneof(
  fc.record({
    effort: fc.constantFrom('minimal' as const, 'low' as const, 'medium' as const, 'high' as const),
    visible: fc.boolean(),
  }),
  fc.constant({ visible: true }),
);

const count = fc.integer({ min: 0, max: 100_000 });

/** Gemini has one word for a choice among some functions and for strict ones. */
function strictly({ tools, toolChoice: chosen, ...asked }: Conversation): Conversation {
  const isValidated = chosen?.type === 'allowed' && !chosen.required;
  const strict = tools?.map((known) => (known.type === 'function' ? Object.assign({ strict: true }, known) : known));
  return { ...asked, tools: isValidated ? strict : tools, toolChoice: chosen };
}

const conversation: fc.Arbitrary<Conversation> = fc
  .record({
    model: fc.constant(MODEL),
    stream: fc.boolean(),
    messages: fc
      .record({ system: fc.array(text, { maxLength: 2 }), turns: fc.array(turn, { minLength: 1, maxLength: 3 }) })
      .map(({ system: instructions, turns }): Message[] => {
        const parts = instructions.map((said) => ({ type: 'text' as const, text: said }));
        const system: Message[] = parts.length > 0 ? [{ role: 'system', parts }] : [];
        return system.concat(...turns);
      }),
    tools: optional(fc.array(tool, { minLength: 1, maxLength: 3 })),
    toolChoice: optional(toolChoice),
    responseFormat: optional(
      fc.constantFrom<Conversation['responseFormat']>(
        { type: 'json' },
        { type: 'json-schema', schema: { type: 'object', properties: {} } },
      ),
    ),
    reasoning: optional(reasoning),
    maxOutputTokens: optional(count),
    temperature: optional(fc.constantFrom(0, 0.5, 2)),
    topP: optional(fc.constantFrom(0.1, 1)),
    topK: optional(count),
    frequencyPenalty: optional(fc.constantFrom(-1, 0.5)),
    presencePenalty: optional(fc.constantFrom(-1, 0.5)),
    stop: optional(fc.array(text, { minLength: 1, maxLength: 5 })),
    seed: optional(count),
    choices: optional(fc.integer({ min: 1, max: 8 })),
    logprobs: optional(fc.record({ top: optional(fc.integer({ min: 0, max: 20 })) })),
    modalities: optional(fc.constantFrom(['audio'], ['image'])),
    unmodelled: fc.constant([]),
  })
  .map(strictly);

const signedReasoning: fc.Arbitrary<Signature> = fc.oneof(
  google,
  fc.record({
    origin: fc.constantFrom('anthropic' as const, 'openai' as const, 'opaque' as const),
    value: fc.uuid(),
    id: optional(word),
    redacted: fc.constantFrom(true as const, undefined),
  }),
);

const replyPart: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text, signature: optional(google) }),
  fc.record({ type: fc.constant('reasoning' as const), text, signature: optional(signedReasoning) }),
  call(optional(google)),
  media,
  native,
);

/** Texts of one kind that follow each other are told apart only by a signature between them. */
function apart(parts: readonly AssistantPart[]): AssistantPart[] {
  const kept: AssistantPart[] = [];
  for (const part of parts) {
    const before = kept.at(-1);
    const isTold = before?.type !== part.type || !('text' in before) || ('signature' in before && before.signature);
    if (isTold) kept.push(part);
  }
  return kept;
}

const choice: fc.Arbitrary<Omit<Choice, 'index'>> = fc
  .record({
    parts: fc.array(replyPart, { minLength: 1, maxLength: 5 }).map(apart),
    finish: fc.constantFrom<Choice['finish']>(
      { reason: 'stop', native: 'STOP' },
      { reason: 'length', native: 'MAX_TOKENS' },
      { reason: 'content-filter', native: 'RECITATION' },
      { reason: 'other', native: 'MALFORMED_FUNCTION_CALL' },
    ),
  })
  .map(({ parts, finish }) => {
    const called = finish?.reason === 'stop' && parts.some((part) => part.type === 'tool-call');
    return { parts, finish: called ? { reason: 'tool-calls', native: 'STOP' } : finish };
  });

const reply: fc.Arbitrary<Reply> = fc.record({
  id: word,
  model: word,
  choices: fc
    .array(choice, { minLength: 1, maxLength: 2 })
    .map((choices) => choices.map((one, index) => Object.assign({ index }, one))),
  usage: fc.record({
    inputTokens: count,
    cacheReadTokens: optional(count),
    audioInputTokens: optional(count),
    outputTokens: count.map((tokens) => tokens + 100),
    audioOutputTokens: optional(count),
    reasoningTokens: optional(fc.integer({ min: 0, max: 100 })),
  }),
});

function context(): ReplyContext {
  const asked: Conversation = { model: MODEL, stream: true, messages: [], unmodelled: [] };
  return { requestId: 'request', model: MODEL, conversation: asked, createdAt: 0, losses: new Losses() };
}

describe('gemini', () => {
  it('gives back every conversation that it can say, and loses nothing of it', () => {
    fc.assert(
      fc.property(conversation, (asked) => {
        const losses = new Losses();
        const body = geminiVendor.encodeRequest(asked, { model: MODEL, losses });
        expect(losses.names).toEqual([]);
        expect(geminiClient.decodeRequest(JSON.parse(JSON.stringify(body)), asked)).toEqual(asked);
      }),
    );
  });

  it('gives back every answer that it can say', () => {
    fc.assert(
      fc.property(reply, (answer) => {
        const body = geminiClient.encodeReply(answer, context());
        const unknown = new Set<string>();
        expect(geminiVendor.decodeReply(JSON.parse(JSON.stringify(body)), unknown)).toEqual(answer);
        expect([...unknown]).toEqual([]);
      }),
    );
  });

  it('gives back every answer that is streamed, cut anywhere', () => {
    fc.assert(
      fc.property(
        reply,
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (answer, size, place) => {
          const encoder = geminiClient.streamEncoder(context());
          const sequencer = new Sequencer();
          const events = eventsOf(answer, size).flatMap((event) => sequencer.push(event));
          const written = events.map((event) => encoder.write(event)).join('');
          const bytes = Buffer.from(written + encoder.end().closing);
          const decoder = geminiVendor.streamDecoder();
          const at = Math.floor(bytes.length * place);
          const chunks = [bytes.subarray(0, at), bytes.subarray(at)];
          const told = [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
          expect(collectReply(told)).toEqual(answer);
          expect(told.at(-1)).toEqual({ type: 'done' });
        },
      ),
    );
  });
});
