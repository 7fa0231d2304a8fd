import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversations, type Features } from '../../test/support/arbitraries.js';
import { faultsInRequest } from '../../test/support/client-wire.js';
import { numbered, toolTurnsIn, toolTurnsOf } from '../../test/support/plain/tool-turns.js';
import { hasPublishedSchema } from '../../test/support/published-schema.js';
import { lostSilently } from '../../test/support/survival.js';
import { isClient } from '../../test/support/translating.js';
import { orderFaults } from '../../test/support/turn-order.js';
import { vendorModels } from '../../test/support/vendor-models.js';
import type { Conversation, DialectName, JsonObject } from './conversation.js';
import { vendorDialects } from './dialects.js';
import { objectsIn } from './fields.js';
import { Losses } from './losses.js';

/** Reading an SDK's declarations takes seconds, once for each version. */
const SCHEMA_TIMEOUT_MS = 60_000;

/** All that any dialect can say. */
const everything: Features = {
  developer: true,
  messageNames: true,
  cache: true,
  images: true,
  documents: true,
  sounds: true,
  refusals: true,
  reasoning: ['anthropic', 'google', 'openai', 'opaque'],
  reasoningWithoutCalls: true,
  callSignatures: ['google', 'opaque'],
  customTools: true,
  allowedTools: true,
  toolErrors: true,
  citations: true,
  settings: [
    ...(['parallelToolCalls', 'responseFormat', 'maxOutputTokens', 'temperature', 'topP', 'topK'] as const),
    ...(['frequencyPenalty', 'presencePenalty', 'stop', 'seed', 'choices', 'logprobs', 'logitBias', 'user'] as const),
    ...(['metadata', 'promptCacheKey', 'serviceTier', 'verbosity'] as const),
  ],
};

/** OpenAI caches every long prompt by itself. */
const excused: Readonly<Partial<Record<DialectName, RegExp>>> = { 'openai-responses': /^cache_control/ };

/** Vendors of OpenAI's dialect are given back reasoning that one of them signed, without a word of the signature. */
const spared: Readonly<Partial<Record<DialectName, Features>>> = {
  'openai-chat': { reasoning: ['anthropic', 'google', 'openai'] },
};

/** Reasoning that came without an id goes back without one, which OpenAI takes and its types do not. */
function withoutAnonymous(body: JsonObject): JsonObject {
  const { input, ...rest } = JSON.parse(JSON.stringify(body)) as JsonObject;
  if (!Array.isArray(input)) return { ...rest, ...(input !== undefined && { input }) };
  return { ...rest, input: objectsIn(input).filter(({ type, id }) => type !== 'reasoning' || id !== undefined) };
}

function silentlyLost(conversation: Conversation, dialect: DialectName, model: string): string[] {
  const losses = new Losses();
  const body = vendorDialects[dialect].encodeRequest(conversation, { model, losses });
  return lostSilently(conversation, body, losses.names).filter((fault) => !excused[dialect]?.test(fault));
}

describe('any conversation', () => {
  it.each(vendorModels)('loses nothing silently on its way to %s with %s', (dialect, model) => {
    fc.assert(
      fc.property(conversations({ ...everything, ...spared[dialect] }), (conversation) => {
        expect(silentlyLost(conversation, dialect, model)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(vendorModels)('keeps every tool call and its result together on its way to %s with %s', (dialect, model) => {
    fc.assert(
      fc.property(conversations({ toolErrors: true, images: true }), (conversation) => {
        const body = vendorDialects[dialect].encodeRequest(conversation, { model, losses: new Losses() });
        expect(numbered(toolTurnsIn(dialect, body))).toEqual(numbered(toolTurnsOf(conversation)));
      }),
      { numRuns: 60 },
    );
  });

  it.skipIf(!hasPublishedSchema).each(vendorModels.filter(([dialect]) => isClient(dialect)))(
    'is valid for %s with %s',
    (dialect, model) => {
      fc.assert(
        fc.property(conversations(everything), (conversation) => {
          const body = vendorDialects[dialect].encodeRequest(conversation, { model, losses: new Losses() });
          expect(isClient(dialect) ? faultsInRequest[dialect](withoutAnonymous(body)) : []).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
    SCHEMA_TIMEOUT_MS,
  );

  it.each(vendorModels)('keeps to the order that %s insists on with %s', (dialect, model) => {
    fc.assert(
      fc.property(conversations(everything), (conversation) => {
        const body = vendorDialects[dialect].encodeRequest(conversation, { model, losses: new Losses() });
        expect(orderFaults(dialect, body)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
