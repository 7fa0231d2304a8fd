import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStream } from './support/answers.js';
import { askStream } from './support/chat-client.js';
import { contentChunk, DONE, finishChunk } from './support/chat-wire.js';
import { startFakeVendor, type Answer, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const MEGABYTE = 1024 * 1024;
const FLOOD_BYTES = 200 * MEGABYTE;
/** What two hops over loopback may hold in socket buffers; far below the flood, far above any honest buffer. */
const HELD_BYTES = 40 * MEGABYTE;
const EVENT = contentChunk('x'.repeat(16 * 1024));

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({ settings: { providers: { vendor: vendor.settings } } });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

/** Sends as fast as the connection takes it, and counts. */
function flood(): { readonly answer: Answer; readonly acceptedBytes: () => number } {
  let accepted = 0;
  const answer: Answer = async (call) => {
    await openStream(call);
    while (accepted < FLOOD_BYTES) {
      const hasRoom = call.response.write(EVENT);
      if (!hasRoom) await once(call.response, 'drain', { signal: call.signal });
      accepted += EVENT.length;
    }
    call.response.end(finishChunk() + DONE);
  };
  return { answer, acceptedBytes: () => accepted };
}

/** A client that has its answer's head and reads nothing of the body until told to. */
async function slowReader(model: string): Promise<IncomingMessage> {
  const call = request(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  call.end(JSON.stringify(askStream(model)));
  const [response]: IncomingMessage[] = await once(call, 'response');
  if (response === undefined) throw new Error('no response');
  return response.pause();
}

/** That nothing moves any more has no event of its own: it is a while without progress. */
async function untilItStandsStill(bytes: () => number): Promise<void> {
  for (let before = -1; before !== bytes();) {
    before = bytes();
    await sleep(700);
  }
}

function residentBytes(): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

test('stops reading from the vendor while the client does not read, and delivers all of it later', async () => {
  const { answer, acceptedBytes } = flood();
  const response = await slowReader(vendor.model(answer).name);
  await untilItStandsStill(acceptedBytes);
  expect(acceptedBytes()).toBeGreaterThan(0);
  expect(acceptedBytes()).toBeLessThan(HELD_BYTES);

  let received = 0;
  let tail = '';
  response.on('data', (piece: Buffer) => {
    received += piece.length;
    tail = (tail + piece.subarray(-64).toString()).slice(-64);
  });
  response.resume();
  await once(response, 'end');
  expect(received).toBeGreaterThan(FLOOD_BYTES);
  expect(tail.endsWith(DONE)).toBe(true);
});

test.skipIf(!existsSync('/proc/self/status'))('holds its memory while ten clients do not read', async () => {
  const before = residentBytes();
  const floods = Array.from({ length: 10 }, flood);
  const responses = await Promise.all(floods.map(({ answer }) => slowReader(vendor.model(answer).name)));
  await untilItStandsStill(() => floods.reduce((sum, { acceptedBytes }) => sum + acceptedBytes(), 0));
  expect(residentBytes() - before).toBeLessThan(100 * MEGABYTE);
  for (const response of responses) response.destroy();
});

test("ends the vendor's call within 100 ms when a client that does not read leaves", async () => {
  const { answer, acceptedBytes } = flood();
  const model = vendor.model(answer);
  const response = await slowReader(model.name);
  await untilItStandsStill(acceptedBytes);
  const call = await model.call(0);
  const leftAt = performance.now();
  response.destroy();
  expect((await call.hungUpAt) - leftAt).toBeLessThan(100);
});

/** Sends until nobody has read anything for a while, and then gives the connection up, as proxies do. */
function impatient(): { readonly answer: Answer; readonly gaveUp: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const answer: Answer = async (call) => {
    await openStream(call);
    for (;;) {
      if (call.response.write(EVENT)) continue;
      const drained = once(call.response, 'drain', {
        signal: AbortSignal.any([call.signal, AbortSignal.timeout(600)]),
      });
      if (await drained.catch(() => undefined)) continue;
      call.socket.resetAndDestroy();
      return resolve();
    }
  };
  return { answer, gaveUp: promise };
}

test('does not count it against a vendor that it gives up on a client who does not read', async () => {
  // More than open a circuit.
  const readers = Array.from({ length: 6 }, () => impatient());
  const model = vendor.model(...readers.map(({ answer }) => answer));
  for (const { gaveUp } of readers) {
    const response = await slowReader(model.name);
    await gaveUp;
    response.on('error', () => undefined).resume();
    await once(response, 'close');
  }
  const { data } = (await (await fetch(`${gateway.url}/admin/providers`)).json()) as {
    data: { models: { model: string; inFlight: number; circuit: object }[] }[];
  };
  const states = data.flatMap(({ models }) => models.filter(({ model: name }) => name === model.id));
  expect(model.calls).toHaveLength(readers.length);
  // Nothing is known of it but that it runs nothing: none of the calls has said anything of the vendor.
  expect(states.filter(({ inFlight, circuit }) => inFlight > 0 || JSON.stringify(circuit).includes('open'))).toEqual(
    [],
  );
});
