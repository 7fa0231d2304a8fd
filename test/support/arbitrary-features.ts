import fc from 'fast-check';
import type { SignatureOrigin, Effort } from '../../src/dialects/conversation.js';
import type { FinishReason } from '../../src/dialects/reply.js';
import { schema, word, words } from './arbitrary-words.js';

/** Settings of a conversation beyond its messages and tools. */
export const settings = {
  parallelToolCalls: fc.boolean(),
  responseFormat: fc.oneof(
    fc.constant({ type: 'json' } as const),
    fc.record({ type: fc.constant('json-schema' as const), name: word, schema, strict: fc.boolean() }),
  ),
  maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
  temperature: fc.double({ min: 0, max: 2, noNaN: true }),
  topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
  topK: fc.integer({ min: 1, max: 100 }),
  frequencyPenalty: fc.double({ min: -2, max: 2, noNaN: true }),
  presencePenalty: fc.double({ min: -2, max: 2, noNaN: true }),
  stop: fc.array(words, { minLength: 1, maxLength: 4 }),
  seed: fc.integer(),
  choices: fc.integer({ min: 1, max: 8 }),
  logprobs: fc.record({ top: fc.integer({ min: 0, max: 20 }) }, { requiredKeys: [] }),
  logitBias: fc.dictionary(fc.stringMatching(/^[1-9]\d{0,4}$/), fc.integer({ min: -100, max: 100 }), { minKeys: 1 }),
  user: words,
  metadata: fc.dictionary(word, words, { minKeys: 1, maxKeys: 3 }),
  promptCacheKey: words,
  serviceTier: fc.constantFrom('auto', 'default', 'flex', 'priority'),
  verbosity: fc.constantFrom('low', 'medium', 'high'),
} as const;

/** What of the canonical form a dialect can say, so that what it makes of it can be the same again. */
export interface Features {
  readonly developer?: boolean;
  readonly messageNames?: boolean;
  readonly cache?: boolean;
  readonly images?: boolean;
  readonly documents?: boolean;
  readonly sounds?: boolean;
  readonly refusals?: boolean;
  /** An answer's reasoning: without signature, or signed by these families of models. */
  readonly reasoning?: 'unsigned' | readonly SignatureOrigin[];
  /** Whether reasoning without signature may come before an answer that calls no tool. */
  readonly reasoningWithoutCalls?: boolean;
  readonly callSignatures?: readonly SignatureOrigin[];
  readonly customTools?: boolean;
  readonly allowedTools?: boolean;
  readonly toolErrors?: boolean;
  readonly citations?: boolean;
  readonly logprobs?: boolean;
  readonly severalChoices?: boolean;
  readonly efforts?: readonly Effort[];
  /** Settings of a conversation beyond its messages and tools. */
  readonly settings?: readonly (keyof typeof settings)[];
  /** The dialect's own word for each reason that it has one for. */
  readonly finishWords?: Readonly<Partial<Record<FinishReason, string>>>;
}
