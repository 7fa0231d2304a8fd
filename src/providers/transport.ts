import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import axios, { type AxiosAdapter, AxiosHeaders, type AxiosInstance } from 'axios';
import { Agent, type Dispatcher } from 'undici';
import { Settings } from '../config/load-settings.js';
import { lookupPublic } from './address-guard.js';
import { collectBody } from './collect-body.js';
import { allowedUrl } from './needed-settings.js';
import { unlessAborted } from './unless-aborted.js';

/** Shorter than most vendors' own limit, so that a connection is rarely closed under a request that is being sent. */
const KEEP_ALIVE_MS = 30_000;

declare module 'axios' {
  interface AxiosRequestConfig<D, P> {
    /** How long connecting may take; the gateway's own where it is left out. */
    readonly connectMs?: number | undefined;
  }
}

interface ClientOptions {
  readonly provider: string;
  readonly baseUrl: string;
  readonly allowPrivateNetwork: boolean;
  /** Sent with every call of this client, and to its host only. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The one way out: axios over shared connection pools, some of which connect to public addresses only. No redirects, no
 * proxies from the environment, no decoding. Clocks are the callers' signals, but for connecting, which a pool has in
 * itself: there is one for each time that the settings allow somewhere.
 */
@Injectable()
export class Transport implements OnApplicationShutdown {
  private readonly connectMs: number;
  private readonly publicPools = new Map<number, Agent>();
  private readonly anyPools = new Map<number, Agent>();

  constructor({ resilience }: Settings) {
    this.connectMs = resilience.timeouts.connectMs;
  }

  /**
   * A client whose every call goes to one host.
   * @throws SettingsError when the base URL's host is private and the provider may not use private networks
   */
  client({ provider, baseUrl, allowPrivateNetwork, headers }: ClientOptions): AxiosInstance {
    const base = allowedUrl(provider, baseUrl, allowPrivateNetwork);
    return axios.create({
      adapter: undiciAdapter((connectMs) => this.pool(allowPrivateNetwork, connectMs), base),
      headers,
      transformRequest: [],
      transformResponse: [],
      validateStatus: null,
      maxRedirects: 0,
      proxy: false,
    });
  }

  /**
   * For a package that makes its own calls: the pool that `client` sends through.
   * @param connectMs out of the settings, so that there are few
   */
  pool(allowPrivateNetwork: boolean, connectMs = this.connectMs): Dispatcher {
    const pools = allowPrivateNetwork ? this.anyPools : this.publicPools;
    const kept = pools.get(connectMs);
    if (kept) return kept;
    const pool = openPool(connectMs, allowPrivateNetwork);
    pools.set(connectMs, pool);
    return pool;
  }

  async onApplicationShutdown(): Promise<void> {
    const pools = [...this.publicPools.values(), ...this.anyPools.values()];
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
}

function openPool(connectMs: number, allowPrivateNetwork: boolean): Agent {
  const connect = { timeout: connectMs, noDelay: true, keepAlive: true };
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: allowPrivateNetwork ? connect : { ...connect, lookup: lookupPublic },
  });
}

/**
 * Sends axios requests, each through the undici pool of its `connectMs`. With `responseType: 'stream'` the body comes
 * unread; else it is collected without a stream in between, up to `maxContentLength` bytes.
 */
function undiciAdapter(poolFor: (connectMs: number | undefined) => Dispatcher, base: URL): AxiosAdapter {
  const prefix = base.pathname.replace(/\/+$/, '');
  return async (config) => {
    const options: Dispatcher.RequestOptions = {
      origin: base.origin,
      path: `${prefix}${config.url ?? ''}` || '/',
      method: config.method === 'post' ? 'POST' : 'GET',
      headers: AxiosHeaders.from(config.headers).toJSON() as Record<string, string>,
      body: config.data,
    };
    const pool = poolFor(config.connectMs);
    const signal = config.signal as AbortSignal;
    const { status, headers, data } =
      config.responseType === 'stream'
        ? await openBody(pool, options, signal)
        : await collectBody(pool, options, signal, config.maxContentLength ?? 0);
    return { data, status, statusText: '', headers: headers as never, config };
  };
}

/** Does not wait for undici, which notices that the signal aborts only once its connection is there. */
async function openBody(pool: Dispatcher, options: Dispatcher.RequestOptions, signal: AbortSignal) {
  const { statusCode, headers, body } = await unlessAborted(signal, pool.request({ ...options, signal }));
  return { status: statusCode, headers, data: body };
}
