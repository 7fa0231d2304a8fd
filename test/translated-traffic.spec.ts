import { describe, expect, test } from 'vitest';
import type { ClientDialectName } from '../src/dialects/dialects.js';
import { assembled } from './support/assembled-answer.js';
import { terminals } from './support/client-wire.js';
import { gatewayComment, withoutGatewayComment } from './support/event-stream.js';
import { nextTurn } from './support/next-turn.js';
import { payloadsOfEvents, readPlainly, type Told } from './support/plain-reading.js';
import { readTurns } from './support/plain/told-turn.js';
import { object, objects, string } from './support/plain/told.js';
import {
  answered,
  type RecordedAnswer,
  recordedAnswers,
  reportedIn,
  tableOf,
  titled,
  toldBy,
  whole,
} from './support/recorded-answers.js';
import {
  EMBEDDING_MODEL,
  type Got,
  recordedEmbeddings,
  RecordedHouse,
  type Relayed,
} from './support/recorded-house.js';
import { clients } from './support/translating.js';

/** All answers for one client, one after the other. */
const TIMEOUT_MS = 60_000;

/** Statuses with which a vendor refuses the request itself: they reach the client as they are. */
const PASSED_ON = new Set([400, 404, 413, 422, 429]);

const house = new RecordedHouse();

/** What is compared of an answer: ids that a vendor does not give are the gateway's. */
function comparable({ text, reasoning, ending, tokens, ...told }: Told, vendors: Told): object {
  const calls = told.calls.map(({ id, name, arguments: args }, index) => {
    return { name, arguments: args, ...(vendors.calls[index]?.id && { id }) };
  });
  return { text, reasoning, ending, calls, tokens: vendors.tokens && tokens };
}

/** What has to come back; of parts that only its own dialect can say, nothing does. */
function returned(told: Told | undefined, { format }: RecordedAnswer, client: ClientDialectName) {
  return {
    text: told?.text.trim(),
    calls: told?.calls.map(({ name, arguments: args }) => ({ name, arguments: args })),
    signatures: told?.signatures.filter(({ at }) => format === client || at !== 'native'),
  };
}

function answerIn({ text }: Got, { streamed }: RecordedAnswer, client: ClientDialectName) {
  return streamed ? assembled[client](payloadsOfEvents(text)) : object(JSON.parse(text));
}

function readAnswer({ answer, got }: Relayed, client: ClientDialectName) {
  const payloads = answer.streamed ? payloadsOfEvents(got.text) : [object(JSON.parse(got.text))];
  return { status: got.status, ...comparable(readPlainly(client, payloads), toldBy(answer)) };
}

describe.skipIf(recordedEmbeddings.length === 0)('a client of embeddings', () => {
  test.each(['float', 'base64'])('is given the recorded vectors as %s', async (encoding) => {
    const [recording] = recordedEmbeddings;
    const request = { model: EMBEDDING_MODEL, input: 'hello', encoding_format: encoding };
    const { status, text } = await house.post('/v1/embeddings', request);
    expect(status).toBe(200);
    const vector = vectorIn(JSON.parse(text));
    expect(vector.length).toBeGreaterThan(0);
    expect(vector).toEqual(vectorIn(JSON.parse(recording?.reply ?? '{}')));
  });
});

/** The first vector, as 32-bit floats in either encoding. */
function vectorIn(body: unknown): number[] {
  const [{ embedding } = {}] = objects(object(body)['data']);
  if (Array.isArray(embedding)) return embedding.map((value) => Math.fround(Number(value)));
  const bytes = Buffer.from(string(embedding), 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

describe.skipIf(whole.length === 0).each(clients)('a client of %s', (client) => {
  test(
    'is told what every recorded answer tells',
    async () => {
      const got = await house.askForAll(whole, client);
      expect(tableOf(got, (one) => readAnswer(one, client))).toEqual(
        tableOf(got, ({ answer }) => ({ status: 200, ...comparable(toldBy(answer), toldBy(answer)) })),
      );
      for (const [, one] of got) {
        if (one.answer.streamed) expectWholeStream(one.got, client);
        else expectAccount(one.got);
      }
    },
    TIMEOUT_MS,
  );

  test(
    'sends every recorded answer back with all that its vendor wants of it',
    async () => {
      const got = await house.askForAll(whole, client);
      const back = new Map<string, Told>();
      for (const [title, { answer, got: first }] of got) {
        await house.ask(answer, client, nextTurn[client](answerIn(first, answer, client)));
        back.set(title, readTurns(answer.format, house.lastBody(answer)));
      }
      const expected = tableOf(got, ({ answer }) => returned(toldBy(answer), answer, client));
      expect(tableOf(got, ({ answer }) => returned(back.get(answer.name), answer, client))).toEqual(expected);
    },
    TIMEOUT_MS,
  );

  test('sees a stream that its vendor breaks off as broken', async () => {
    const broken = answered.filter(([, answer]) => reportedIn(answer) !== undefined);
    const got = await house.askForAll(broken, client);
    const seen = tableOf(got, ({ got: { status, text } }) => ({
      status,
      message: payloadsOfEvents(text).flatMap(errorMessageIn).at(-1),
      ends: terminals[client].test(withoutGatewayComment(text)),
    }));
    expect(seen).toEqual(tableOf(got, ({ answer }) => ({ status: 200, message: reportedIn(answer), ends: false })));
  });

  test('is told every refusal in its own words', async () => {
    const refused = titled(recordedAnswers.filter(({ status }) => PASSED_ON.has(status)));
    const got = await house.askForAll(refused, client);
    const told = tableOf(got, ({ answer, got: { status, text } }) => {
      const body = object(JSON.parse(text));
      const message = answer.status === 429 ? undefined : errorMessageIn(body)[0];
      return { status, message, kind: refusalKind[client](body) };
    });
    expect(told).toEqual(
      tableOf(got, ({ answer: { status, reply } }) => {
        const body = object(JSON.parse(reply));
        const message = status === 429 ? undefined : (object(body['error'])['message'] ?? body['message']);
        return { status, message, kind: kinds[client][status] };
      }),
    );
  });
});

/** The message of the error that a payload tells, in any of the clients' dialects. */
function errorMessageIn(payload: object): unknown[] {
  const { error, response, type, message } = object(payload);
  const inner = error ?? object(response)['error'];
  if (inner) return [object(inner)['message']];
  return type === 'error' ? [message] : [];
}

function typeIn(body: object): unknown {
  return object(object(body)['error'])['type'];
}

/** The word that tells a client what kind of refusal it is. */
const refusalKind: Readonly<Record<ClientDialectName, (body: object) => unknown>> = {
  'openai-chat': typeIn,
  'openai-responses': typeIn,
  'anthropic-messages': typeIn,
  gemini: (body) => object(object(body)['error'])['status'],
};
const kinds: Readonly<Record<ClientDialectName, Readonly<Record<number, string>>>> = {
  'openai-chat': { 400: 'invalid_request_error', 404: 'invalid_request_error', 429: 'rate_limit_error' },
  'openai-responses': { 400: 'invalid_request_error', 404: 'invalid_request_error', 429: 'rate_limit_error' },
  'anthropic-messages': { 400: 'invalid_request_error', 404: 'not_found_error', 429: 'rate_limit_error' },
  gemini: { 400: 'INVALID_ARGUMENT', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED' },
};

function expectWholeStream({ text }: Got, client: ClientDialectName): void {
  expect(gatewayComment(text)).toMatchObject({ cost_usd: expect.any(String), provider: expect.any(String) });
  expect(withoutGatewayComment(text).replaceAll('\r', '')).toMatch(terminals[client]);
  expect(payloadsOfEvents(text).flatMap(errorMessageIn)).toEqual([]);
}

function expectAccount({ headers }: Got): void {
  expect(headers.get('x-gateway-cost-usd')).toMatch(/^(\d+\.?\d*|unknown)$/);
  expect(headers.get('x-gateway-attempts')).toBe('1');
}
