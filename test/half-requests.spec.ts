import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json } from './support/answers.js';
import { ask } from './support/chat-client.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const DECLARED_BYTES = 30_000_000;
const KEY_HASH = '0'.repeat(64);

let vendor: FakeVendor;
let gateway: Gateway;
const sockets: Socket[] = [];

async function start(settings: object = {}): Promise<void> {
  gateway = await startGateway({
    settings: { server: { shutdownGraceMs: 500 }, providers: { vendor: vendor.settings }, ...settings },
  });
}

/** Sends these bytes and keeps the connection; what comes back is not read unless somebody asks for it. */
async function half(bytes: string): Promise<Socket> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').pause();
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  return socket;
}

function head(path = '/v1/chat/completions', length = DECLARED_BYTES): string {
  return `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
}

/** The gateway has seen what was sent before this. */
async function untilItAnswers(): Promise<void> {
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
}

beforeEach(async () => {
  vendor = await startFakeVendor();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await gateway.stop();
  await vendor.stop();
});

describe('a stop does not wait for ever for', () => {
  test.each([
    ['a client that has sent half its headers', 'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n'],
    ['a client that has sent half its body', `${head()}{"model":`],
    ['a client that begins its second request', `GET /health/live HTTP/1.1\r\nhost: a\r\n\r\nGET /health`],
    [
      'a client that does not read the files of Swagger UI',
      'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(6),
    ],
  ])('%s', async (_, bytes) => {
    await start();
    await half(bytes);
    await untilItAnswers();
    expect(await gateway.stop('SIGTERM')).toBe(0);
  });
});

test('a stop lets a client finish reading its JSON answer', async () => {
  await start({ server: { shutdownGraceMs: 10_000 } });
  const content = 'x'.repeat(20_000_000);
  const answer = json(
    JSON.stringify({ choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }] }),
  );
  const body = JSON.stringify(ask(vendor.model(answer).name));
  const socket = await half(`${head('/v1/chat/completions', body.length)}${body}`);
  await once(socket, 'readable');
  const stopped = gateway.stop('SIGTERM');
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
  socket.resume();
  await once(socket, 'close');
  expect(bytes).toBeGreaterThan(content.length);
  expect(await stopped).toBe(0);
});

test('a second signal right after the first does not cut the stop short', async () => {
  await start({ server: { shutdownGraceMs: 10_000 } });
  const held = Promise.withResolvers<void>();
  const model = vendor.model(async (call) => {
    await held.promise;
    await json(JSON.stringify({ choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] }))(call);
  });
  const answering = fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ask(model.name)),
  });
  await model.call(0);
  process.kill(gateway.pid, 'SIGINT');
  process.kill(gateway.pid, 'SIGINT');
  held.resolve();
  expect(await (await answering).json()).toMatchObject({ choices: [{ message: { content: 'whole' } }] });
  expect(await gateway.exited).toBe(0);
});

test('refuses a caller without a key before its body has arrived', async () => {
  await start({ keys: [{ name: 'one', sha256: KEY_HASH }] });
  const socket = await half(`${head()}{"model":`);
  const [answer]: Buffer[] = await once(socket.resume(), 'data');
  expect(answer?.toString()).toMatch(/^HTTP\/1\.1 401 /);
});

test('records a client that leaves during its upload as 499', async () => {
  await start();
  const socket = await half(`${head()}{"model":`);
  await untilItAnswers();
  socket.destroy();
  const line = await gateway.log((entry) => entry.endpoint === '/v1/chat/completions');
  expect(line).toMatchObject({ status: 499, outcome: 'cancelled' });
});
