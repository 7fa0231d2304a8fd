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

interface ClientOptions {
  readonly provider: string;
  readonly baseUrl: string;
  readonly allowPrivateNetwork: boolean;
  /** Sent with every call of this client, and to its host only. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The one way out: axios over two shared connection pools, one of which connects to public addresses only. No
 * redirects, no proxies from the environment, no decoding. Clocks are the callers' signals.
 */
@Injectable()
export class Transport implements OnApplicationShutdown {
  private readonly publicPool: Agent;
  private readonly anyPool: Agent;

  constructor(settings: Settings) {
    const connect = { timeout: settings.resilience.timeouts.connectMs, noDelay: true, keepAlive: true };
    const options = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS };
    this.publicPool = new Agent({ ...options, connect: { ...connect, lookup: lookupPublic } });
    this.anyPool = new Agent({ ...options, connect });
  }

  /**
   * A client whose every call goes to one host.
   * @throws SettingsError when the base URL's host is private and the provider may not use private networks
   */
  client({ provider, baseUrl, allowPrivateNetwork, headers }: ClientOptions): AxiosInstance {
    return axios.create({
      adapter: undiciAdapter(this.pool(allowPrivateNetwork), allowedUrl(provider, baseUrl, allowPrivateNetwork)),
      headers,
      transformRequest: [],
      transformResponse: [],
      validateStatus: null,
      maxRedirects: 0,
      proxy: false,
    });
  }

  /** For a package that makes its own calls: the pool that `client` sends through. */
  pool(allowPrivateNetwork: boolean): Dispatcher {
    return allowPrivateNetwork ? this.anyPool : this.publicPool;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.publicPool.destroy(), this.anyPool.destroy()]);
  }
}

/**
 * Sends an axios request through an undici pool. With `responseType: 'stream'` the body comes unread; else it is
 * collected without a stream in between, up to `maxContentLength` bytes.
 */
function undiciAdapter(pool: Dispatcher, base: URL): AxiosAdapter {
  const prefix = base.pathname.replace(/\/+$/, '');
  return async (config) => {
    const options: Dispatcher.RequestOptions = {
      origin: base.origin,
      path: `${prefix}${config.url ?? ''}` || '/',
      method: config.method === 'post' ? 'POST' : 'GET',
      headers: AxiosHeaders.from(config.headers).toJSON() as Record<string, string>,
      body: config.data,
    };
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
