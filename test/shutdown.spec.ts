import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStream, send, stream } from './support/answers.js';
import { ask, askStream, EventReader, postChat } from './support/chat-client.js';
import { chatReply, contentChunk, DONE, finishChunk } from './support/chat-wire.js';
import { errorChunksOf } from './support/event-stream.js';
import { startFakeVendor, type FakeModel, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

let vendor: FakeVendor;

beforeAll(async () => {
  vendor = await startFakeVendor();
});
afterAll(() => vendor.stop());

function start(shutdownGraceMs: number): Promise<Gateway> {
  return startGateway({ settings: { server: { shutdownGraceMs }, providers: { vendor: vendor.settings } } });
}

/** A model whose stream says one word and the rest when told to. */
function patientModel(): { readonly model: FakeModel; readonly finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const model = vendor.model(async (call) => {
    await openStream(call);
    await send(call, contentChunk('one'));
    await promise;
    await send(call, contentChunk('two') + finishChunk() + DONE);
    call.response.end();
  });
  return { model, finish: resolve };
}

async function isTurnedAway(gateway: Gateway): Promise<boolean> {
  // A fresh connection each time: an open one may live until its answer is complete.
  const headers = { connection: 'close' };
  const response = await postChat(gateway, ask('simulated/echo'), { headers }).catch(() => undefined);
  return response === undefined || response.status === 503;
}

describe.concurrent('SIGTERM', () => {
  test('turns new requests away, lets a running stream finish, and ends with exit code 0', async () => {
    const gateway = await start(10_000);
    const { model, finish } = patientModel();
    const reader = new EventReader(
      await postChat(gateway, askStream(model.name), { headers: { 'x-request-id': 'patient' } }),
    );
    expect(await reader.next()).toBe(contentChunk('one'));

    gateway.signal('SIGTERM');
    while (!(await isTurnedAway(gateway))) await sleep(5);
    finish();
    const rest = await reader.rest();
    expect(rest).toContain(contentChunk('two'));
    expect(rest.endsWith(DONE)).toBe(true);
    expect(await gateway.exited).toBe(0);
    expect(await gateway.requestLog('patient')).toMatchObject({ status: 200, outcome: 'ok' });
  });

  test('lets a JSON call that is under way finish', async () => {
    const gateway = await start(10_000);
    const { promise, resolve } = Promise.withResolvers<void>();
    const model = vendor.model(async ({ response }) => {
      await promise;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(chatReply()));
    });
    const answer = postChat(gateway, ask(model.name));
    await model.call(0);
    gateway.signal('SIGTERM');
    while (!(await isTurnedAway(gateway))) await sleep(5);
    resolve();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'pong' } }] });
    expect(await gateway.exited).toBe(0);
  });

  test('ends a stream with an error event when the grace has run out, and exits with 0 all the same', async () => {
    const gateway = await start(400);
    const model = vendor.model(stream([contentChunk('one')], { ending: 'hang' }));
    const reader = new EventReader(
      await postChat(gateway, askStream(model.name), { headers: { 'x-request-id': 'endless' } }),
    );
    expect(await reader.next()).toBe(contentChunk('one'));

    const signalledAt = performance.now();
    gateway.signal('SIGTERM');
    const rest = await reader.rest();
    const graceMs = performance.now() - signalledAt;
    expect(errorChunksOf(rest)).toMatchObject([{ choices: [{ finish_reason: 'error' }] }]);
    expect(rest).not.toContain('[DONE]');
    expect(graceMs).toBeGreaterThan(350);
    expect(graceMs).toBeLessThan(2500);
    await (
      await model.call(0)
    ).hungUpAt;
    expect(await gateway.exited).toBe(0);
    expect(await gateway.requestLog('endless')).toMatchObject({ outcome: 'failed' });
  });

  test('is not held up for longer than the grace by a client that does not read', async () => {
    const gateway = await start(300);
    const endless = vendor.model(async (call) => {
      await openStream(call);
      for (;;) await send(call, contentChunk('x'.repeat(16_000)));
    });
    const response = await postChat(gateway, askStream(endless.name));
    const signalledAt = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(2500);
    await response.body?.cancel().catch(() => undefined);
  });

  test('is not held up by connections that are open and idle', async () => {
    const gateway = await start(10_000);
    await (await postChat(gateway, ask(vendor.model(stream([])).name))).text();
    await (await postChat(gateway, ask('simulated/echo'))).text();
    const signalledAt = performance.now();
    expect(await gateway.stop()).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(2000);
  });
});
