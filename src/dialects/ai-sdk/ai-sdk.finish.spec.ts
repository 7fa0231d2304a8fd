import type { LanguageModelV2StreamPart, LanguageModelV3StreamPart, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.js';
import type { StreamEvent } from '../reply.js';
import { PartReader } from './ai-sdk.part-reader.js';

type Part = LanguageModelV2StreamPart | LanguageModelV3StreamPart | LanguageModelV4StreamPart;

const usage = {
  inputTokens: { total: 10, noCache: 7, cacheRead: 2, cacheWrite: 1 },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};

function read(...parts: readonly Part[]): StreamEvent[] {
  const reader = new PartReader(undefined);
  return parts.flatMap((part) => reader.read(part));
}

describe('a stream of the AI SDK that ends', () => {
  it.each<[Part, object]>([
    [
      {
        type: 'finish',
        finishReason: 'length',
        usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 1, totalTokens: 15 },
      },
      {
        usage: { inputTokens: 6, cacheReadTokens: 4, outputTokens: 5, reasoningTokens: 1 },
        choices: [{ index: 0, parts: [], finish: { reason: 'length', native: 'length' } }],
      },
    ],
    [
      {
        type: 'finish',
        finishReason: { unified: 'stop', raw: 'stop_sequence' },
        usage,
        providerMetadata: { anthropic: { stopSequence: 'END' } },
      },
      { choices: [{ finish: { reason: 'stop-sequence', stopSequence: 'END', native: 'stop_sequence' } }] },
    ],
    [
      { type: 'finish', finishReason: { unified: 'content-filter', raw: 'refusal' }, usage },
      { choices: [{ finish: { reason: 'refusal', native: 'refusal' } }] },
    ],
    [
      { type: 'finish', finishReason: { unified: 'other', raw: 'strange' }, usage },
      { choices: [{ finish: { reason: 'other', native: 'strange' } }] },
    ],
  ])('says why and what it cost, in every version: %o', (finish, expected) => {
    expect(collectReply(read(finish))).toMatchObject(expected);
    expect(read(finish).at(-1)).toEqual({ type: 'done' });
  });

  it.each<Part>([
    { type: 'finish', finishReason: 'unknown', usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } },
    { type: 'finish', finishReason: { unified: 'other', raw: undefined }, usage },
    { type: 'finish', finishReason: { unified: 'interrupted', raw: undefined }, usage },
  ])('without the vendor’s own end never looks whole: %o', (finish) => {
    const types = read({ type: 'text-delta', id: '1', delta: 'a' }, finish).map(({ type }) => type);
    expect(types).toEqual(['text', 'usage']);
  });

  it('in the middle of arguments never looks whole, although the package closes them', () => {
    const types = read(
      { type: 'tool-input-start', id: 'a', toolName: 'one' },
      { type: 'tool-input-delta', id: 'a', delta: '{"ci' },
      { type: 'tool-call', toolCallId: 'a', toolName: 'one', input: '{}' },
      { type: 'finish', finishReason: { unified: 'tool-calls', raw: undefined }, usage },
    ).map(({ type }) => type);
    expect(types).toEqual(['tool-call', 'arguments', 'part-end', 'usage']);
  });

  it.each<[unknown, object]>([
    [
      { message: 'busy', type: 'overloaded_error', statusCode: 529 },
      { message: 'busy', type: 'overloaded_error', status: 529 },
    ],
    [{ error: { message: 'no', code: 402, param: 'x' } }, { message: 'no', param: 'x', status: 402 }],
    ['broken', { message: 'broken' }],
    [{}, { message: 'the model stopped because of an error' }],
  ])('with an error tells it and nothing more: %o', (error, expected) => {
    const events = read(
      { type: 'error', error },
      { type: 'finish', finishReason: { unified: 'error', raw: undefined }, usage },
    );
    expect(events.map(({ type }) => type)).toEqual(['error', 'usage']);
    expect(events[0]).toEqual({ type: 'error', error: expected });
  });

  it('with an error as its reason tells an error', () => {
    const events = read({ type: 'finish', finishReason: { unified: 'error', raw: 'server_error' }, usage });
    expect(events.at(-1)).toEqual({ type: 'error', error: { message: 'server_error' } });
  });
});
