import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { FORBIDDEN_ADDRESS } from '../address-guard.js';
import { MAX_REPLY_BYTES } from '../read-bounded.js';
import { callConnectMs, guardedFetch } from './guarded-fetch.js';

const pool = new Agent();
let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('guardedFetch', () => {
  it('asks for replies as they are, and keeps the rest of a request', async () => {
    const url = await serve((request, response) => {
      response.setHeader(
        'x-seen',
        `${request.method} ${String(request.headers['x-own'])} ${String(request.headers['accept-encoding'])}`,
      );
      response.end('hello');
    });
    const response = await guardedFetch(() => pool, true)(url, {
      method: 'POST',
      headers: { 'x-own': '1' },
      body: 'x',
    });
    expect(response.headers.get('x-seen')).toBe('POST 1 identity');
    expect(await response.text()).toBe('hello');
  });

  it('ends a reply that is larger than any answer, compressed or not', async () => {
    const zipped = gzipSync(Buffer.alloc(MAX_REPLY_BYTES + 1));
    const url = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(zipped);
    });
    const response = await guardedFetch(() => pool, true)(url);
    await expect(response.arrayBuffer()).rejects.toBeInstanceOf(Error);
  });

  it('follows no redirect', async () => {
    const url = await serve((_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end());
    await expect(guardedFetch(() => pool, true)(url)).rejects.toBeInstanceOf(Error);
  });

  it('sends through the pool for the time that its call may take to connect, or through the usual one', async () => {
    const url = await serve((_, response) => response.end());
    const asked: unknown[] = [];
    const send = guardedFetch((connectMs) => (asked.push(connectMs), pool), true);
    await callConnectMs.run(7, () => send(url));
    await send(url);
    expect(asked).toEqual([7, undefined]);
  });

  it('connects to no private address without leave', async () => {
    const url = await serve((_, response) => response.end());
    await expect(guardedFetch(() => pool, false)(url)).rejects.toMatchObject({ code: FORBIDDEN_ADDRESS });
  });
});
