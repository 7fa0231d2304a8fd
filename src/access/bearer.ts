import type { FastifyRequest } from 'fastify';
import { headerOf } from '../exchange/fastify.js';

const BEARER = /^Bearer +(\S+)$/i;

/** The key that a request carries as `Authorization: Bearer`. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return BEARER.exec(headerOf(request, 'authorization') ?? '')?.[1];
}
