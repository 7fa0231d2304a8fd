import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent } from 'undici';
import { UpstreamError } from '../errors/upstream-error.js';
import { collectBody } from './collect-body.js';

const left = new Error('the client left');

/** What the vendor does with the next call, by path. */
const answers: Record<string, (response: ServerResponse) => void> = {
  '/whole': (response) => response.writeHead(201, { 'x-test': 'a' }).end('hello'),
  '/empty': (response) => response.writeHead(204).end(),
  '/endless': (response) => {
    const more = (): void => {
      while (response.write(Buffer.alloc(64 * 1024))) if (response.destroyed) return;
    };
    response.on('drain', more);
    more();
  },
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  },
  '/silent': () => {},
  '/half': (response) => response.write('half'),
};

describe('collectBody', () => {
  const pool = new Agent();
  let vendor: Server;
  let origin = '';

  beforeAll(async () => {
    vendor = createServer((request, response) => answers[request.url ?? '']?.(response));
    vendor.listen(0, '127.0.0.1');
    await once(vendor, 'listening');
    origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await pool.destroy();
    vendor.close();
  });

  function collect(path: string, signal: AbortSignal = new AbortController().signal) {
    return collectBody(pool, { origin, path, method: 'GET' }, signal, 1024 * 1024);
  }

  it('gives status, headers and the whole body', async () => {
    const reply = await collect('/whole');
    expect(reply).toMatchObject({ status: 201, headers: { 'x-test': 'a' } });
    expect(reply.data.toString()).toBe('hello');
    expect((await collect('/empty')).data).toHaveLength(0);
  });

  it('ends a body that is too long', async () => {
    const failure: unknown = await collect('/endless').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UpstreamError);
    expect(failure).toMatchObject({ failure: { reason: 'invalid_reply' } });
  });

  it('fails when the body is cut', async () => {
    await expect(collect('/cut')).rejects.toThrow('other side closed');
  });

  it('makes no call for a caller that has left before', async () => {
    await expect(collect('/whole', AbortSignal.abort(left))).rejects.toBe(left);
  });

  it.each(['/silent', '/half'])('ends a call to %s when the caller leaves, and the vendor sees it', async (path) => {
    const controller = new AbortController();
    const arrived = once(vendor, 'request');
    const reply = collect(path, controller.signal);
    const [, response] = (await arrived) as [unknown, ServerResponse];
    const closed = once(response, 'close');
    controller.abort(left);
    await expect(reply).rejects.toBe(left);
    await closed;
  });

  it('leaves nothing on the signal, whatever the end was', async () => {
    const controller = new AbortController();
    const added: string[] = [];
    const removed: string[] = [];
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (added.push(args[0]), add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (removed.push(args[0]), remove(...args));
    for (const path of ['/whole', '/cut']) await collect(path, signal).catch(() => {});
    expect(removed).toEqual(added);
  });
});
