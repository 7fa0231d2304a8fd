import { describe, expect, it } from 'vitest';
import type { Told } from '../../test/support/plain-reading.js';
import { parsed, squeezed } from '../../test/support/plain/told.js';
import { answered, reportedIn, toldBy } from '../../test/support/recorded-answers.js';
import { decodedAnswer, decodedEvents } from '../../test/support/translating.js';
import type { AssistantPart } from './conversation.js';
import type { FinishReason, Reply } from './reply.js';
import type { TokenUsage } from './token-usage.js';

const ENDINGS: Readonly<Record<FinishReason, NonNullable<Told['ending']>>> = {
  stop: 'end',
  'stop-sequence': 'end',
  pause: 'end',
  other: 'end',
  length: 'length',
  'context-window': 'length',
  'tool-calls': 'tools',
  'content-filter': 'filtered',
  refusal: 'filtered',
};

/** What a canonical answer tells, in the terms of the plain reading. */
function toldByReply({ choices: [choice], usage }: Reply): Omit<Told, 'signatures' | 'word'> {
  const parts: readonly AssistantPart[] = choice?.parts ?? [];
  const texts = (...types: AssistantPart['type'][]) =>
    parts.flatMap((part) => (types.includes(part.type) && 'text' in part ? part.text : []));
  return {
    text: [...texts('text'), ...texts('refusal')].join(''),
    reasoning: squeezed(texts('reasoning')),
    calls: parts.flatMap((part) =>
      part.type === 'tool-call' ? { id: part.id, name: part.name, arguments: parsed(part.arguments) } : [],
    ),
    ending: choice?.finish && ENDINGS[choice.finish.reason],
    tokens: usage && tokensOf(usage),
  };
}

function tokensOf({ inputTokens, outputTokens, ...rest }: TokenUsage): Told['tokens'] {
  const { cacheReadTokens = 0, cacheWriteTokens = 0, audioInputTokens = 0, audioOutputTokens = 0 } = rest;
  return {
    input: inputTokens + cacheReadTokens + cacheWriteTokens + audioInputTokens,
    output: outputTokens + audioOutputTokens,
    cached: cacheReadTokens,
  };
}

/** The same, where the vendor gives calls no id and the decoder makes one. */
function withoutMadeIds<T extends Pick<Told, 'calls'>>(told: T, vendors: T): T {
  const calls = told.calls.map((call, index) => ({ ...call, id: vendors.calls[index]?.id && call.id }));
  return { ...told, calls };
}

describe.skipIf(answered.length === 0)('every recorded answer', () => {
  it.each(answered)('%s is understood to the last field', (_, answer) => {
    const unknown = new Set<string>();
    decodedAnswer(answer, unknown);
    expect([...unknown]).toEqual([]);
  });

  it.each(answered)('%s says what its vendor said', (_, answer) => {
    const { signatures, word, ...told } = toldBy(answer);
    const reply = decodedAnswer(answer);
    expect(withoutMadeIds(toldByReply(reply), told)).toEqual(told);
    if (answer.format !== 'openai-responses') expect(reply.choices[0]?.finish?.native).toBe(word);
  });

  it.each(answered)('%s gives every call an id of its own', (_, answer) => {
    const ids = toldByReply(decodedAnswer(answer)).calls.map(({ id }) => id);
    expect(ids).not.toContain('');
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(answered.filter(([, { streamed }]) => streamed))('%s ends as its vendor ended it', (_, answer) => {
    const message = reportedIn(answer);
    const last = message === undefined ? { type: 'done' } : { type: 'error', error: { message } };
    expect(decodedEvents(answer).at(-1)).toMatchObject(last);
  });
});
