import { beforeAll, describe, expect, it } from 'vitest';
import { assembled } from '../../test/support/assembled-answer.js';
import { nextTurn } from '../../test/support/next-turn.js';
import { payloadsOfEvents, type Told } from '../../test/support/plain-reading.js';
import { readTurns } from '../../test/support/plain/told-turn.js';
import { numbered, toolTurnsIn } from '../../test/support/plain/tool-turns.js';
import { faultsOf, modelOf, type RecordedAnswer, tableOf, toldBy, whole } from '../../test/support/recorded-answers.js';
import { clients, contextFor, decodedAnswer, eventsFrom, streamFor } from '../../test/support/translating.js';
import type { JsonObject } from './conversation.js';
import { type ClientDialectName, clientLanguages, vendorDialects } from './dialects.js';
import { Losses } from './losses.js';

/** What OpenRouter takes beyond OpenAI's own form. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = { 'openrouter-chat': ['reasoning_details'] };
/** OpenAI refuses longer ones, so a longer one of another vendor's becomes another. */
const MAX_ID_LENGTH = 40;

/** How a client comes by an answer. */
const ways: readonly (readonly [
  way: string,
  get: (answer: RecordedAnswer, client: ClientDialectName) => JsonObject,
])[] = [
  ['as a whole', (answer, client) => clientLanguages[client].dialect.encodeReply(decodedAnswer(answer), contextFor())],
  ['as a stream', (answer, client) => assembled[client](payloadsOfEvents(streamFor(client, eventsFrom(answer))))],
];

/** The request of the next turn, as its vendor gets it after the client has had the answer in between. */
function nextRequest(answer: RecordedAnswer, client: ClientDialectName, given: JsonObject): JsonObject {
  const said = nextTurn[client](JSON.parse(JSON.stringify(given)) as JsonObject);
  const conversation = clientLanguages[client].dialect.decodeRequest(said, { model: 'smart', stream: false });
  const context = { model: modelOf(answer), losses: new Losses(), extensions: EXTENSIONS[answer.folder] };
  const body = vendorDialects[answer.format].encodeRequest(conversation, context);
  return JSON.parse(JSON.stringify(body)) as JsonObject;
}

/**
 * What has to come back of an answer, and with it the ids that its vendor gave.
 * @param given the vendor's own answer
 */
function returned({ text, calls, signatures }: Told, given: Told) {
  return {
    text: text.trim(),
    calls: calls.map(({ name, arguments: args, id }, index) => {
      const { id: own = '' } = given.calls[index] ?? {};
      return { name, arguments: args, id: own !== '' && own.length <= MAX_ID_LENGTH ? id : 'any' };
    }),
    signatures,
  };
}

/** A part that only the vendor's dialect has is named as lost on the way to the client. */
function withoutNatives({ signatures, ...told }: Told): Told {
  return { ...told, signatures: signatures.filter(({ at }) => at !== 'native') };
}

describe.skipIf(whole.length === 0).each(clients)('an answer that a client of %s sends back', (client) => {
  describe.each(ways)('got %s', (_, get) => {
    let requests: Record<string, JsonObject> = {};
    beforeAll(() => {
      requests = tableOf(whole, (answer) => nextRequest(answer, client, get(answer, client)));
    });
    const next = ({ name }: RecordedAnswer): JsonObject => requests[name] ?? {};

    it('is the same to its vendor', () => {
      const told = (answer: RecordedAnswer) =>
        answer.format === client ? toldBy(answer) : withoutNatives(toldBy(answer));
      const again = tableOf(whole, (answer) => returned(readTurns(answer.format, next(answer)), told(answer)));
      expect(again).toEqual(tableOf(whole, (answer) => returned(told(answer), told(answer))));
    });

    it('shows its vendor no signature in the wrapping of the gateway', () => {
      expect(faultsOf(whole, (answer) => JSON.stringify(next(answer)).match(/"gw1\./g) ?? [])).toEqual({});
    });

    it('has its results with its calls', () => {
      const turns = tableOf(whole, (answer) => numbered(toolTurnsIn(answer.format, next(answer))));
      expect(turns).toEqual(
        tableOf(whole, (answer) => [
          ...toldBy(answer).calls.map(({ name, arguments: args }) => ({ type: 'call', name, arguments: args })),
          ...toldBy(answer).calls.map((__, index) => ({ type: 'result', of: index })),
        ]),
      );
    });
  });
});
