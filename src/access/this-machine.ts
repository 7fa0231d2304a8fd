import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { headerOf } from '../exchange/fastify.js';

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
/** What proxies add, of their own and of whom they speak for. */
const FORWARDED = /^(?:forwarded|via|x-forwarded-.*|x-real-ip|.*-client-ip|.*-connecting-ip|cf-.*)$/;
/** What a browser says of a request that nobody else's page makes; other programs say nothing. */
const OWN_SITES = new Set([undefined, 'same-origin', 'none']);

/**
 * Whether a request comes from a program on this machine, and for itself: neither from a proxy nor from a browser that a
 * foreign page sends, by its own name or by one that resolves to this machine.
 */
export function isFromThisMachine(request: FastifyRequest): boolean {
  const origin = headerOf(request, 'origin');
  return (
    isLoopback(request.raw.socket.remoteAddress) &&
    LOOPBACK_HOST.test(headerOf(request, 'host') ?? '') &&
    (origin === undefined || LOOPBACK_ORIGIN.test(origin)) &&
    OWN_SITES.has(headerOf(request, 'sec-fetch-site')) &&
    // Older versions of nginx speak this to what stands behind them. Newer ones show nothing at all, unless they are told to:
    // whoever puts a proxy on this machine has to set a key.
    request.raw.httpVersion !== '1.0' &&
    !Object.keys(request.headers).some((name) => FORWARDED.test(name))
  );
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}
