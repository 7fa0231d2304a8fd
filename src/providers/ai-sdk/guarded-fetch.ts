import { type Dispatcher, fetch, type RequestInit } from 'undici';
import { FORBIDDEN_ADDRESS, isPrivateHost } from '../address-guard.js';

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` for a package that makes its own calls, with the rules that all other calls of the gateway obey: no
 * redirects, no address that the settings do not allow.
 * @param pool of `Transport`, which resolves names
 */
export function guardedFetch(pool: Dispatcher, allowPrivateNetwork: boolean): Fetch {
  const guarded = async (input: string | URL | Request, init: RequestInit = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!allowPrivateNetwork && isPrivateHost(url.hostname)) throw forbidden(url.hostname);
    return fetch(url, {
      ...(input instanceof Request && partsOf(input)),
      ...init,
      dispatcher: pool,
      redirect: 'error',
    });
  };
  // The same standard, in undici's own types.
  return guarded as unknown as Fetch;
}

function partsOf({ method, headers, body, signal }: Request): RequestInit {
  return { method, headers: [...headers], body, signal, ...(body && { duplex: 'half' }) };
}

function forbidden(host: string): Error {
  return Object.assign(new Error(`${host} is no public host`), { code: FORBIDDEN_ADDRESS });
}
