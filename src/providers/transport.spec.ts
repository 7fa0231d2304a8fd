import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo, createServer as createSilentServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { Transport } from './transport.js';

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

  it.each(['stream', 'arraybuffer'] as const)(
    'ends a call at once whose connection is still being made when the caller leaves, as %s',
    { timeout: 1_000 },
    async (form) => {
      // TLS to a server that never says a word: it is connected to, and never ready for a request.
      const silent = createSilentServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const pools = new Transport(settings);
      const baseUrl = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const client = pools.client({ ...options, baseUrl, allowPrivateNetwork: true });
      const caller = new AbortController();
      const arrived = once(silent, 'connection');
      const config = { signal: caller.signal, responseType: form };
      const failure = client.get('/models', config).catch((error: unknown) => error);
      try {
        await arrived;
        caller.abort(new Error('the client left'));
        expect(await failure).toBeInstanceOf(Error);
      } finally {
        await pools.onApplicationShutdown();
        silent.close();
      }
    },
  );
});
