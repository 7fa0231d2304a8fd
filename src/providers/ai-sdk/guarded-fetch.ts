import { AsyncLocalStorage } from 'node:async_hooks';
import { type Dispatcher, fetch, Headers, type RequestInit, Response } from 'undici';
import { UpstreamError } from '../../errors/upstream-error.js';
import { FORBIDDEN_ADDRESS, isPrivateHost } from '../address-guard.js';
import { MAX_REPLY_BYTES } from '../read-bounded.js';

type Fetch = typeof globalThis.fetch;

/** The `connectMs` of the call in which a package asks for something; a package has no place of its own for it. */
export const callConnectMs = new AsyncLocalStorage<number | undefined>();

/**
 * A `fetch` for a package that makes its own calls, with the rules that all other calls of the gateway obey: no
 * redirects, no address that the settings do not allow, no reply without end.
 * @param poolFor a pool of `Transport`, which resolves names, for a time that connecting may take
 */
export function guardedFetch(poolFor: (connectMs?: number) => Dispatcher, allowPrivateNetwork: boolean): Fetch {
  const guarded = async (input: string | URL | Request, init: RequestInit = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!allowPrivateNetwork && isPrivateHost(url.hostname)) throw forbidden(url.hostname);
    const asked = { ...(input instanceof Request && partsOf(input)), ...init };
    const headers = new Headers(asked.headers);
    // A small compressed reply can be a large one.
    headers.set('accept-encoding', 'identity');
    const dispatcher = poolFor(callConnectMs.getStore());
    return bounded(await fetch(url, { ...asked, headers, dispatcher, redirect: 'error' }));
  };
  // The same standard, in undici's own types.
  return guarded as unknown as Fetch;
}

function partsOf({ method, headers, body, signal }: Request): RequestInit {
  return { method, headers: [...headers], body, signal, ...(body && { duplex: 'half' }) };
}

function bounded(response: Response): Response {
  if (!response.body) return response;
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes <= MAX_REPLY_BYTES) controller.enqueue(chunk);
      else
        controller.error(
          new UpstreamError({ reason: 'invalid_reply' }, `a reply of more than ${MAX_REPLY_BYTES} bytes`),
        );
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
}

function forbidden(host: string): Error {
  return Object.assign(new Error(`${host} is no public host`), { code: FORBIDDEN_ADDRESS });
}
