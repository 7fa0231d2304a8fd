import { describe, expect, it } from 'vitest';
import { faultsInRequest } from '../../test/support/client-wire.js';
import { numbered, toolTurnsIn, toolTurnsOf } from '../../test/support/plain/tool-turns.js';
import { hasPublishedSchema } from '../../test/support/published-schema.js';
import { faultsOf, tableOf } from '../../test/support/recorded-answers.js';
import { type RecordedRequest, recordedRequests } from '../../test/support/recorded-requests.js';
import { lostSilently } from '../../test/support/survival.js';
import { isClient } from '../../test/support/translating.js';
import { vendorModels } from '../../test/support/vendor-models.js';
import type { Conversation, DialectName, JsonObject } from './conversation.js';
import { vendorDialects } from './dialects.js';
import { Losses } from './losses.js';

/** Reading an SDK's declarations takes seconds, once for each version. */
const SCHEMA_TIMEOUT_MS = 60_000;

function encoded(conversation: Conversation, dialect: DialectName, model: string) {
  const losses = new Losses();
  const body = vendorDialects[dialect].encodeRequest(conversation, { model, losses });
  return { body: JSON.parse(JSON.stringify(body)) as JsonObject, lost: losses.names };
}

/** A tool that only the vendor of this dialect knows, which its public schema may not. */
function hasOwnTool({ tools = [] }: Conversation, dialect: DialectName): boolean {
  return tools.some((tool) => tool.type === 'native' && tool.dialect === dialect);
}

/** OpenAI caches every long prompt by itself. */
const excused: Readonly<Partial<Record<DialectName, RegExp>>> = { 'openai-responses': /^cache_control/ };

describe.skipIf(recordedRequests.length === 0).each(vendorModels)(
  'a recorded request, for %s with %s',
  (dialect, model) => {
    it('loses nothing silently', () => {
      const silentlyLost = ({ conversation }: RecordedRequest) => {
        const { body, lost } = encoded(conversation, dialect, model);
        return lostSilently(conversation, body, lost).filter((fault) => !excused[dialect]?.test(fault));
      };
      expect(faultsOf(recordedRequests, silentlyLost)).toEqual({});
    });

    it('keeps every tool call and its result together', () => {
      const turns = tableOf(recordedRequests, ({ conversation }) => {
        return numbered(toolTurnsIn(dialect, encoded(conversation, dialect, model).body));
      });
      expect(turns).toEqual(tableOf(recordedRequests, ({ conversation }) => numbered(toolTurnsOf(conversation))));
    });
  },
);

describe.skipIf(recordedRequests.length === 0)('a translated request', () => {
  const accepted = recordedRequests.filter(([, { wasAccepted }]) => wasAccepted);

  it.skipIf(!hasPublishedSchema).each(vendorModels.filter(([dialect]) => isClient(dialect)))(
    'is valid for %s with %s',
    (dialect, model) => {
      const faults = ({ conversation }: RecordedRequest) => {
        const { body } = encoded(conversation, dialect, model);
        const { tools: _, ...rest } = body;
        return isClient(dialect) ? faultsInRequest[dialect](hasOwnTool(conversation, dialect) ? rest : body) : [];
      };
      expect(faultsOf(accepted, faults)).toEqual({});
    },
    SCHEMA_TIMEOUT_MS,
  );
});
