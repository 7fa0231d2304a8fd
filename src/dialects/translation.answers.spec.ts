import { beforeAll, describe, expect, it } from 'vitest';
import { faultsInBody, faultsInEvent, terminals } from '../../test/support/client-wire.js';
import { payloadsOfEvents, readPlainly, type Told } from '../../test/support/plain-reading.js';
import { readResponsesPieces } from '../../test/support/plain/openai-responses.js';
import { type Json, object } from '../../test/support/plain/told.js';
import { hasPublishedSchema } from '../../test/support/published-schema.js';
import { faultsOf, type RecordedAnswer, tableOf, toldBy, whole } from '../../test/support/recorded-answers.js';
import { clients, contextFor, decodedAnswer, eventsFrom, streamFor } from '../../test/support/translating.js';
import type { DialectName } from './conversation.js';
import { type ClientDialectName, clientLanguages } from './dialects.js';
import type { Reply } from './reply.js';

/** Reading an SDK's declarations takes seconds, once for each version. */
const SCHEMA_TIMEOUT_MS = 60_000;

/** What a client must be told. Ids that the vendor does not give are made by the gateway. */
function expected(answer: RecordedAnswer): Omit<Told, 'signatures' | 'word'> {
  const { signatures: _, word: __, ...told } = toldBy(answer);
  const [choice] = decodedAnswer(answer).choices;
  const ids = (choice?.parts ?? []).flatMap((part) => (part.type === 'tool-call' ? part.id : []));
  return {
    ...told,
    calls: told.calls.map(({ id, name, arguments: args }, index) => ({ id: id ?? ids[index], name, arguments: args })),
  };
}

function readByClient(client: ClientDialectName, payloads: readonly Json[]): object {
  const { signatures: _, word: __, ...rest } = readPlainly(client, payloads);
  return rest;
}

/** Parts that only the vendor's dialect can say. */
function nativeKinds({ choices }: Reply, client: DialectName): string[] {
  return choices.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'native' && part.dialect !== client ? part.kind : [])),
  );
}

/** Both forms of an answer for one client, and what each of them names as lost. */
interface Given {
  readonly body: Json;
  readonly stream: string;
  readonly events: readonly Json[];
  readonly lostInBody: readonly string[];
  readonly lostInStream: readonly string[];
}

function give(answer: RecordedAnswer, client: ClientDialectName): Given {
  const inBody = contextFor();
  const inStream = contextFor();
  const body = clientLanguages[client].dialect.encodeReply(decodedAnswer(answer), inBody);
  const stream = streamFor(client, eventsFrom(answer), inStream);
  return {
    body,
    stream,
    events: payloadsOfEvents(stream),
    lostInBody: inBody.losses.names.toSorted(),
    lostInStream: inStream.losses.names.toSorted(),
  };
}

describe.skipIf(whole.length === 0).each(clients)('every recorded answer, for a client of %s', (client) => {
  let given: [title: string, one: Given][] = [];
  let foreign: typeof given = [];

  beforeAll(() => {
    given = Object.entries(tableOf(whole, (answer) => give(answer, client)));
    foreign = given.filter((_, index) => whole[index]?.[1].format !== client);
  });

  it('says the same', () => {
    expect(tableOf(given, ({ body }) => readByClient(client, [body]))).toEqual(tableOf(whole, expected));
  });

  it('says the same as a stream, which ends as a whole one', () => {
    expect(tableOf(given, ({ events }) => readByClient(client, events))).toEqual(tableOf(whole, expected));
    expect(given.filter(([, { stream }]) => !terminals[client].test(stream))).toEqual([]);
  });

  it.skipIf(!hasPublishedSchema)(
    'is valid in both forms',
    () => {
      expect(faultsOf(foreign, ({ body }) => faultsInBody[client](body))).toEqual({});
      expect(faultsOf(foreign, ({ events }) => events.flatMap(faultsInEvent[client]))).toEqual({});
    },
    SCHEMA_TIMEOUT_MS,
  );

  it('names what is lost, in both forms the same', () => {
    expect(tableOf(foreign, ({ lostInStream }) => lostInStream)).toEqual(
      tableOf(foreign, ({ lostInBody }) => lostInBody),
    );
    const lost = new Map(given.map(([name, { lostInBody }]) => [name, lostInBody]));
    const unnamed = (answer: RecordedAnswer) =>
      nativeKinds(decodedAnswer(answer), client).filter((kind) => !lost.get(answer.name)?.includes(kind));
    expect(faultsOf(whole, unnamed)).toEqual({});
  });
});

describe.skipIf(whole.length === 0)('the pieces of a stream of Responses', () => {
  const streams = whole.map(([name, answer]) => {
    return [name, payloadsOfEvents(streamFor('openai-responses', eventsFrom(answer)))] as const;
  });

  it('add up to the items that end it, and to the response that ends all', () => {
    const inItems = tableOf(streams, (payloads) => shownOf(readPlainly('openai-responses', payloads)));
    expect(tableOf(streams, readResponsesPieces)).toEqual(inItems);
    const inResponse = (payloads: readonly Json[]) =>
      shownOf(readPlainly('openai-responses', [object(payloads.at(-1)?.['response'])]));
    expect(tableOf(streams, inResponse)).toEqual(inItems);
  });

  it('are numbered without a gap', () => {
    const numbers = tableOf(streams, (payloads) => payloads.map((event) => event['sequence_number']));
    expect(numbers).toEqual(tableOf(streams, (payloads) => payloads.map((_, index) => index)));
  });
});

function shownOf({ text, reasoning, calls }: Told): Pick<Told, 'text' | 'reasoning' | 'calls'> {
  return { text, reasoning, calls };
}
