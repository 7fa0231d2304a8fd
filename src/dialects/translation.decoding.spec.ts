import { describe, expect, it } from 'vitest';
import type { Told } from '../../test/support/plain-reading.js';
import { parsed, squeezed } from '../../test/support/plain/told.js';
import {
  answered,
  faultsOf,
  type RecordedAnswer,
  reportedIn,
  tableOf,
  toldBy,
} from '../../test/support/recorded-answers.js';
import { decodedAnswer, decodedEvents, unknownIn } from '../../test/support/translating.js';
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
function withoutMadeIds<T extends Pick<Told, 'calls'>>(told: T, vendors: Pick<Told, 'calls'>): T {
  const calls = told.calls.map((call, index) => ({ ...call, id: vendors.calls[index]?.id && call.id }));
  return { ...told, calls };
}

describe.skipIf(answered.length === 0)('every recorded answer', () => {
  it('is understood to the last field', () => {
    expect(faultsOf(answered, unknownIn)).toEqual({});
  });

  it('says what its vendor said', () => {
    const decoded = tableOf(answered, (answer) => withoutMadeIds(toldByReply(decodedAnswer(answer)), toldBy(answer)));
    expect(decoded).toEqual(
      tableOf(answered, (answer) => {
        const { signatures: _, word: __, ...told } = toldBy(answer);
        return told;
      }),
    );
  });

  it('ends in the word of its vendor', () => {
    const spelled = answered.filter(([, { format }]) => format !== 'openai-responses');
    const words = tableOf(spelled, (answer) => decodedAnswer(answer).choices[0]?.finish?.native);
    expect(words).toEqual(tableOf(spelled, (answer) => toldBy(answer).word));
  });

  it('gives every call an id of its own', () => {
    const clashes = (answer: RecordedAnswer) => {
      const ids = toldByReply(decodedAnswer(answer)).calls.map(({ id }) => id);
      return ids.filter((id, index) => id === '' || ids.indexOf(id) !== index);
    };
    expect(faultsOf(answered, clashes)).toEqual({});
  });

  it('that is a stream ends as its vendor ended it', () => {
    const streams = answered.filter(([, { streamed }]) => streamed);
    const ends = tableOf(streams, (answer) => {
      const last = decodedEvents(answer).at(-1);
      return last?.type === 'error' ? last.error.message : last?.type;
    });
    expect(ends).toEqual(tableOf(streams, (answer) => reportedIn(answer) ?? 'done'));
  });
});
