import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type Gateway } from './support/gateway.js';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
});

const BODY = '{"model":"simulated/echo","messages":[{"role":"user","content":"Hi"}]}';

function post(...headers: string[]): string {
  const all = ['POST /v1/chat/completions HTTP/1.1', 'content-type: application/json', 'connection: close', ...headers];
  return `${all.join('\r\n')}\r\n\r\n`;
}

/** Sends bytes as they are and reads until the gateway closes. */
async function raw(
  request: string,
): Promise<{ readonly status: number; readonly head: string; readonly body: string }> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
  socket.write(request);
  await once(socket, 'close');
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}

test.each([
  ['two hosts', `${post('host: a', 'Host: b', `content-length: ${BODY.length}`)}${BODY}`],
  ['two lengths', `${post('host: a', `content-length: ${BODY.length}`, 'content-length: 5')}${BODY}`],
  [
    'a length and chunks',
    `${post('host: a', `content-length: ${BODY.length}`, 'transfer-encoding: chunked')}${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  ['a folded header', `${post('host: a', 'x-a: b\r\n c', `content-length: ${BODY.length}`)}${BODY}`],
  ['no host', `${post(`content-length: ${BODY.length}`)}${BODY}`],
  ['bytes that are no HTTP', 'hello\r\n\r\n'],
  ['a path that cannot be decoded', 'GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'],
])('refuses %s with the shape of every error', async (_, request) => {
  const { status, head, body } = await raw(request);
  expect(status).toBe(400);
  expect(head).toContain('x-request-id: ');
  expect(head).toContain('traceparent: 00-');
  expect(JSON.parse(body)).toEqual({
    error: {
      message: expect.any(String),
      type: 'invalid_request_error',
      param: expect.toBeOneOf([null, 'host']),
      code: 'invalid_request_error',
    },
  });
});

test('refuses headers that are too long with 413', async () => {
  const { status, body } = await raw(post('host: a', `x-long: ${'a'.repeat(20_000)}`));
  expect(status).toBe(413);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'request_too_large' } });
});

test('answers the same request when it is well formed', async () => {
  const { status, body } = await raw(`${post('host: a', `content-length: ${BODY.length}`)}${BODY}`);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });
});
