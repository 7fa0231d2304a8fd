import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postChat } from './support/chat-client.js';
import { chunksOf, dataOf, errorChunksOf, withoutGatewayComment } from './support/event-stream.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';
import { faultsAgainst, hasPublishedSchema } from './support/published-schema.js';
import { recordingsOf, recordingsRoot, type Recording } from './support/recordings.js';
import { replay, replayUntil, type Cuts } from './support/replay-vendor.js';

/** Statuses that come from the request itself and reach the client as they are. */
const PASSED_ON = new Set([200, 400, 404, 413, 422]);
const recordings = recordingsOf('openai-chat').filter(({ status }) => PASSED_ON.has(status));
const streams = recordings.filter(({ streamed }) => streamed);
const replies = recordings.filter(({ streamed }) => !streamed);

const missing = [
  recordings.length === 0 && `recorded traffic is not at ${recordingsRoot}`,
  !hasPublishedSchema && "OpenAI's schema is not in ../shared/specs",
];
for (const reason of missing) if (reason) process.stderr.write(`Skipping tests: ${reason}.\n`);

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings },
      limits: { requestsPerMinute: 100_000 },
      resilience: { retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 2 }, streamRecovery: 'error' },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

async function replayed(recording: Recording, cuts: Cuts, extra: object = {}) {
  const model = replay(vendor, recording, cuts);
  const response = await postChat(gateway, { ...recording.requestBody, ...extra, model: model.name });
  return { model, response, text: await response.text() };
}

describe.skipIf(recordings.length === 0)('recorded OpenAI traffic', () => {
  test.each(replies)('reply $name arrives byte for byte', async (recording) => {
    const { response, text } = await replayed(recording, 'uneven pieces');
    expect(response.status).toBe(recording.status);
    expect(text).toBe(recording.reply);
  });

  describe.each<Cuts>(['whole', 'single bytes', 'uneven pieces'])('cut into: %s', (cuts) => {
    test.each(streams)('stream $name arrives byte for byte', async (recording) => {
      const { response, text } = await replayed(recording, cuts, { stream_options: { include_usage: true } });
      expect(response.status).toBe(recording.status);
      expect(withoutGatewayComment(text)).toBe(recording.reply);
    });
  });

  test.each(streams)(
    'stream $name loses nothing but its usage chunk when nobody asked for usage',
    async (recording) => {
      const { text } = await replayed(recording, 'uneven pieces', { stream_options: undefined });
      const kept = recording.reply.split('\n\n').filter((event) => !/"choices":\s*\[\]/.test(event));
      expect(withoutGatewayComment(text)).toBe(kept.join('\n\n'));
      expect(dataOf(text).at(-1)).toBe('[DONE]');
    },
  );

  test.each(recordings)('request $name reaches the vendor unchanged', async (recording) => {
    const { model } = await replayed(recording, 'whole');
    const expected = JSON.stringify({ ...recording.requestBody, model: model.id });
    expect(model.calls[0]?.body.toString()).toBe(expected);
  });

  test.skipIf(streams.length === 0)('a stream that is cut before its finish reason never looks complete', async () => {
    const shortest = streams.toSorted((one, other) => one.reply.length - other.reply.length).slice(0, 1);
    const cuts = shortest.flatMap((recording) => cutsBeforeTheFinish(recording).map((cut) => ({ recording, cut })));
    const seen = await Promise.all(cuts.map(({ recording, cut }) => whatIsSeenOfCut(recording, cut)));
    expect(seen).toEqual(cuts.map(({ recording, cut }) => whatMayBeSeenOfCut(recording, cut)));
  });
});

function cutsBeforeTheFinish({ reply }: Recording): number[] {
  const finish = reply.search(/"finish_reason":\s*"/);
  return Array.from({ length: 60 }, (_, index) => Math.floor((finish * index) / 60));
}

function wholeEventsBefore({ reply }: Recording, cut: number): string {
  const end = reply.slice(0, cut).lastIndexOf('\n\n');
  return end < 0 ? '' : reply.slice(0, end + 2);
}

/** What a first chunk without anything of the answer has in its place. */
const FIRST_TOKEN = /"(?:content|reasoning|reasoning_content|arguments)":\s*"[^"]|"tool_calls":\s*\[\{/;

/** A plain error before the first token; after it every event that came whole, and then an error event. */
function whatMayBeSeenOfCut(recording: Recording, cut: number) {
  const begun = FIRST_TOKEN.test(wholeEventsBefore(recording, cut));
  return { cut, status: begun ? 200 : 502, hasWholeEvents: begun, errors: begun ? 1 : 0, done: false };
}

async function whatIsSeenOfCut(recording: Recording, cut: number) {
  const model = replayUntil(vendor, recording, cut);
  const response = await postChat(gateway, { ...recording.requestBody, model: model.name });
  const text = await response.text();
  return {
    cut,
    status: response.status,
    hasWholeEvents: response.ok && text.startsWith(wholeEventsBefore(recording, cut)),
    errors: errorChunksOf(text).length,
    done: text.includes('[DONE]'),
  };
}

describe.skipIf(!hasPublishedSchema)("OpenAI's published schema", () => {
  test.each(recordings)('accepts what the client receives of $name', async (recording) => {
    const { text } = await replayed(recording, 'whole');
    expect(faultsOf(recording, text)).toEqual([]);
  });

  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
  test.each([
    ['a plain reply', {}],
    ['a tool call', { tools, tool_choice: 'required' }],
  ])('accepts what simulated/echo answers: %s', async (_, extra) => {
    const request = { model: 'simulated/echo', messages: [{ role: 'user', content: 'one two' }], ...extra };
    const reply = await postChat(gateway, request);
    expect(faultsAgainst('CreateChatCompletionResponse', await reply.json())).toEqual([]);
    const text = await (
      await postChat(gateway, { ...request, stream: true, stream_options: { include_usage: true } })
    ).text();
    expect(chunksOf(text).length).toBeGreaterThan(2);
    for (const chunk of chunksOf(text)) expect(faultsAgainst('CreateChatCompletionStreamResponse', chunk)).toEqual([]);
  });

  test('accepts the list of models and every error', async () => {
    const models = await fetch(`${gateway.url}/v1/models`);
    expect(faultsAgainst('ListModelsResponse', await models.json())).toEqual([]);
    for (const body of ['{', {}, { model: 'nobody/nothing', messages: [{ role: 'user', content: 'x' }] }]) {
      const refused = await postChat(gateway, body);
      expect(refused.ok).toBe(false);
      expect(faultsAgainst('ErrorResponse', await refused.json())).toEqual([]);
    }
  });
});

function faultsOf({ streamed, status }: Recording, text: string): string[] {
  if (streamed) {
    const chunks = chunksOf(text);
    if (chunks.length === 0) return ['no chunk at all'];
    return chunks.flatMap((chunk) => faultsAgainst('CreateChatCompletionStreamResponse', chunk));
  }
  return faultsAgainst(status === 200 ? 'CreateChatCompletionResponse' : 'ErrorResponse', JSON.parse(text));
}
