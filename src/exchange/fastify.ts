import type { FastifyRequest } from 'fastify';
import type { Exchange } from './exchange.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Opened by the gateway's `onRequest` hook, which runs before everything else. */
    exchange: Exchange;
  }
}

/** Reads a header that is sent once; of a repeated one, the first. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
