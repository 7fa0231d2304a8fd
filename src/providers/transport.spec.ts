import { on, once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo, createServer as createSilentServer } from 'node:net';
import type { AxiosInstance } from 'axios';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { Transport } from './transport.js';
import { requestVendor } from './vendor-request.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const options = { provider: 'local', headers: { authorization: 'Bearer sk-1' } };
const { signal } = new AbortController();

describe('Transport', () => {
  const transport = new Transport(settings);
  const seen: string[] = [];
  let vendor: Server;
  let url = '';

  beforeAll(async () => {
    vendor = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.writeHead(307, { location: 'http://attacker.example/' }).end('moved');
    });
    await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await transport.onApplicationShutdown();
    vendor.close();
  });

  it.each(['http://127.0.0.1:1/v1', 'http://localhost/v1', 'http://[::1]/v1', 'http://169.254.169.254/latest'])(
    'refuses the private base URL %s before the start',
    (baseUrl) => {
      expect(() => transport.client({ ...options, baseUrl, allowPrivateNetwork: false })).toThrow(
        /^providers\.local\.baseUrl: found .*, allowed: a public host, or allowPrivateNetwork: true beside it$/,
      );
    },
  );

  it.each(['stream', 'arraybuffer'] as const)(
    'follows no redirect, and puts the base path first, as %s',
    async (form) => {
      seen.length = 0;
      const client = transport.client({ ...options, baseUrl: `${url}/v1/`, allowPrivateNetwork: true });
      const request = { method: 'post', url: '/chat/completions', data: Buffer.from('{}'), maxContentLength: 100 };
      const response = await client.request({ ...request, responseType: form, signal });
      expect(response.status).toBe(307);
      expect(seen).toEqual(['POST /v1/chat/completions Bearer sk-1']);
    },
  );

  it.each([
    ['/token', '/token'],
    ['', '/'],
  ])('calls the base URL itself where there is nothing to add to it: %j', async (path, asked) => {
    seen.length = 0;
    const client = transport.client({ ...options, baseUrl: `${url}${path}`, allowPrivateNetwork: true });
    await client.request({ method: 'post', url: '', data: 'a=b', maxContentLength: 100, signal });
    expect(seen).toEqual([`POST ${asked} Bearer sk-1`]);
  });

  it('keeps a pool for each time that connecting may take', () => {
    for (const isPrivate of [true, false]) {
      expect(transport.pool(isPrivate, 7)).toBe(transport.pool(isPrivate, 7));
      expect(transport.pool(isPrivate, 7)).not.toBe(transport.pool(isPrivate, 8));
      expect(transport.pool(isPrivate)).toBe(transport.pool(isPrivate, settings.resilience.timeouts.connectMs));
    }
    expect(transport.pool(true, 7)).not.toBe(transport.pool(false, 7));
  });

  it('ends every pool when it stops, with the calls that run', async () => {
    const pools = new Transport(settings);
    const silent = await silentServer();
    const failures = [undefined, 60_000].map((connectMs) =>
      clientOf(pools, `http://${silent.host}`)
        .get('/models', { connectMs, signal })
        .catch((error: unknown) => error),
    );
    await Promise.all([silent.connection(), silent.connection()]);
    await pools.onApplicationShutdown();
    for (const failure of failures) expect(await failure).toBeInstanceOf(Error);
    silent.close();
  });

  // undici looks at the time once a second.
  it.concurrent.each(['stream', 'arraybuffer'] as const)(
    'gives up a connection that is not there in the time of the call: a network failure, as %s',
    { timeout: 5_000 },
    async (responseType) => {
      const silent = await silentServer();
      const pools = new Transport(settings);
      const config = { method: 'get', url: '/models', connectMs: 20, responseType, signal } as const;
      try {
        await expect(requestVendor(clientOf(pools, `https://${silent.host}`), 'local', config)).rejects.toMatchObject({
          failure: { reason: 'network' },
          message: 'local could not be reached (UND_ERR_CONNECT_TIMEOUT)',
        });
      } finally {
        await pools.onApplicationShutdown();
        silent.close();
      }
    },
  );

  it.each(['stream', 'arraybuffer'] as const)(
    'ends a call at once whose connection is still being made when the caller leaves, as %s',
    { timeout: 1_000 },
    async (responseType) => {
      const silent = await silentServer();
      const pools = new Transport(settings);
      const caller = new AbortController();
      const call = clientOf(pools, `https://${silent.host}`).get('/models', { signal: caller.signal, responseType });
      const failure = call.catch((error: unknown) => error);
      try {
        await silent.connection();
        caller.abort(new Error('the client left'));
        expect(await failure).toBeInstanceOf(Error);
      } finally {
        await pools.onApplicationShutdown();
        silent.close();
      }
    },
  );
});

function clientOf(pools: Transport, baseUrl: string): AxiosInstance {
  return pools.client({ ...options, baseUrl, allowPrivateNetwork: true });
}

interface SilentServer {
  readonly host: string;
  /** Resolves once one more connection has come. */
  connection(): Promise<void>;
  close(): void;
}

/** A server that never says a word: with TLS it is connected to, and never ready for a request. */
async function silentServer(): Promise<SilentServer> {
  const server = createSilentServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connections = on(server, 'connection');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connection: async () => void (await connections.next()),
    close: () => void server.close(),
  };
}
