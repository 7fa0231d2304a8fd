import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Features, replies } from '../../test/support/arbitraries.js';
import { faultsInBody, faultsInEvent } from '../../test/support/client-wire.js';
import { payloadsOfEvents, readPlainly } from '../../test/support/plain-reading.js';
import { parsed } from '../../test/support/plain/told.js';
import { hasPublishedSchema } from '../../test/support/published-schema.js';
import { eventsOf } from '../../test/support/reply-events.js';
import { clients, contextFor, streamFor } from '../../test/support/translating.js';
import { collectReply } from './collect-reply.js';
import type { AssistantPart } from './conversation.js';
import { type ClientDialectName, clientLanguages, vendorDialects } from './dialects.js';
import type { Reply } from './reply.js';
import type { TokenUsage } from './token-usage.js';

/** What every client can be told. */
const common: Features = { reasoning: ['anthropic', 'google', 'openai', 'opaque'] };
/** All that any vendor may tell, but calls of custom tools: OpenAI's schema has none in streams of chats. */
const everything: Features = {
  reasoning: ['anthropic', 'google', 'openai', 'opaque'],
  callSignatures: ['google'],
  refusals: true,
  citations: true,
  logprobs: true,
};
/** Reading an SDK's declarations takes seconds, once for each version. */
const SCHEMA_TIMEOUT_MS = 60_000;
const RUNS = { numRuns: 60 };

/** What an answer says, whatever a dialect calls it: JSON by its value, the end by its reason. */
function said({ choices, usage }: Reply) {
  return choices.map(({ parts, finish }) => ({
    parts: parts.map(saidInPart),
    // Anthropic has one word for both.
    finish: finish?.reason === 'content-filter' ? 'refusal' : finish?.reason,
    totals: usage && totals(usage),
  }));
}

function saidInPart(part: AssistantPart): object {
  if (part.type !== 'tool-call') return part;
  return Object.assign({}, part, { arguments: parsed(part.arguments) });
}

function totals({ inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens }: TokenUsage) {
  return { input: inputTokens + cacheReadTokens + cacheWriteTokens, output: outputTokens, cached: cacheReadTokens };
}

function streamed(reply: Reply, client: ClientDialectName, size: number): string {
  return streamFor(client, eventsOf(reply, size));
}

function reread(stream: string, client: ClientDialectName): Reply {
  const unknown = new Set<string>();
  const decoder = vendorDialects[client].streamDecoder(unknown);
  const events = [...decoder.push(Buffer.from(stream)), ...decoder.end()];
  expect([...unknown]).toEqual([]);
  expect(events.at(-1)).toEqual({ type: 'done' });
  return collectReply(events);
}

describe.each(clients)('any answer, for a client of %s', (client) => {
  it('is the same when its stream is read again', () => {
    fc.assert(
      fc.property(replies(common), fc.integer({ min: 1, max: 9 }), (reply, size) => {
        expect(said(reread(streamed(reply, client, size), client))).toEqual(said(reply));
      }),
      RUNS,
    );
  });

  it('is the same when its body is read again', () => {
    fc.assert(
      fc.property(replies(common), (reply) => {
        const body: unknown = JSON.parse(
          JSON.stringify(clientLanguages[client].dialect.encodeReply(reply, contextFor())),
        );
        expect(said(vendorDialects[client].decodeReply(body, new Set()))).toEqual(said(reply));
      }),
      RUNS,
    );
  });

  it('tells the same tokens as its vendor, in its own account of them', () => {
    fc.assert(
      fc.property(replies({}), (reply) => {
        const body = clientLanguages[client].dialect.encodeReply(reply, contextFor());
        const wanted = reply.usage && totals(reply.usage);
        expect(readPlainly(client, [body]).tokens).toEqual(wanted);
        expect(readPlainly(client, payloadsOfEvents(streamed(reply, client, 9))).tokens).toEqual(wanted);
      }),
      RUNS,
    );
  });

  it.skipIf(!hasPublishedSchema)(
    'is valid in both forms',
    () => {
      fc.assert(
        fc.property(replies(everything), (reply) => {
          const body = clientLanguages[client].dialect.encodeReply(reply, contextFor());
          expect(faultsInBody[client](JSON.parse(JSON.stringify(body)))).toEqual([]);
          expect(payloadsOfEvents(streamed(reply, client, 9)).flatMap(faultsInEvent[client])).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
    SCHEMA_TIMEOUT_MS,
  );
});
