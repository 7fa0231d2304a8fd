import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStream, refuse, send, silent, stream } from './support/answers.js';
import { askStream, EventReader, postChat } from './support/chat-client.js';
import { contentChunk, dataEvent, DONE } from './support/chat-wire.js';
import { dataOf, errorChunksOf } from './support/event-stream.js';
import { startFakeVendor, type Answer, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings },
      resilience: {
        retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 2 },
        timeouts: { connectMs: 1000, firstTokenMs: 600, idleMs: 400, totalMs: 10_000 },
      },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

async function streamedText(answer: Answer): Promise<string> {
  const response = await postChat(gateway, askStream(vendor.model(answer).name));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return response.text();
}

function expectToBreakOffVisibly(text: string, code: string): void {
  expect(errorChunksOf(text)).toMatchObject([
    { error: { code, message: expect.any(String) }, choices: [{ index: 0, finish_reason: 'error' }] },
  ]);
  expect(dataOf(text).at(-1)).toContain('"error"');
  expect(text).not.toContain('[DONE]');
}

describe('a stream that the vendor breaks off', () => {
  const begun = [contentChunk('po'), contentChunk('ng')];

  test('by dropping the connection ends in an error event and no [DONE]', async () => {
    const text = await streamedText(stream(begun, { ending: 'cut' }));
    expect(text.startsWith(begun.join(''))).toBe(true);
    expectToBreakOffVisibly(text, 'upstream_error');
  });

  test('by a TCP reset ends in an error event and no [DONE]', async () => {
    const arrived = Promise.withResolvers<void>();
    const model = vendor.model(async (call) => {
      await openStream(call);
      await send(call, contentChunk('pong'));
      await arrived.promise;
      call.socket.resetAndDestroy();
    });
    const reader = new EventReader(await postChat(gateway, askStream(model.name)));
    expect(await reader.next()).toBe(contentChunk('pong'));
    arrived.resolve();
    expectToBreakOffVisibly(await reader.rest(), 'upstream_error');
  });

  test('in the middle of an event does not hand out the half event', async () => {
    const text = await streamedText(stream([...begun, 'data: {"choices":[{"index":0,"del'], { ending: 'cut' }));
    expect(text).not.toMatch(/"del$/m);
    expectToBreakOffVisibly(text, 'upstream_error');
  });

  test('by ending politely without a finish reason ends in an error event and no [DONE]', async () => {
    const text = await streamedText(stream(begun));
    expect(text.startsWith(begun.join(''))).toBe(true);
    expectToBreakOffVisibly(text, 'upstream_error');
  });

  test('by falling silent ends in an error event within idleMs', async () => {
    const startedAt = performance.now();
    expectToBreakOffVisibly(await streamedText(stream(begun, { ending: 'hang' })), 'upstream_timeout');
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  test('with an error event of its own does not look complete', async () => {
    const failure = dataEvent({
      error: { message: 'the engine is gone', type: 'server_error', param: null, code: null },
    });
    const text = await streamedText(stream([...begun, failure, DONE]));
    expect(errorChunksOf(text)).toHaveLength(1);
    expect(text).toContain('the engine is gone');
    expect(text).not.toContain('[DONE]');
  });
});

describe('a stream that never begins', () => {
  const failure = dataEvent({ error: { message: 'no engine', type: 'server_error', param: null, code: null } });

  test.each([
    ['refuses it', refuse(500)],
    ['begins with an error event', stream([failure, DONE])],
    ['sends a web page', stream(['<html>\n\n', '</html>\n\n'])],
    ['sends nothing', stream([])],
    ['drops the connection after the head', stream([], { ending: 'cut' })],
  ])('is a plain JSON error when the vendor %s', async (_, answer) => {
    const response = await postChat(gateway, askStream(vendor.model(answer).name));
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } });
  });

  test.each([
    ['is silent', silent],
    ['sends a head and nothing more', stream([], { ending: 'hang' })],
    [
      'only sends comments',
      stream(
        Array.from({ length: 50 }, () => ': wait\n\n'),
        { gapMs: 50 },
      ),
    ],
  ])('is a plain 504 after firstTokenMs when the vendor %s', async (_, answer) => {
    const startedAt = performance.now();
    const response = await postChat(gateway, askStream(vendor.model(answer).name));
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_timeout' } });
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});
