import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { headerOf } from '../exchange/fastify.js';

const TIMEOUT = 'x-gateway-timeout-ms';
const UNSUPPORTED = 'x-gateway-unsupported';
const WHOLE = /^[1-9]\d{0,8}$/;

/**
 * How long a caller wants to wait for its whole answer, in milliseconds; `Infinity` where it does not say.
 * @throws GatewayError `invalid_request`
 */
export function wishedTimeoutMs(request: FastifyRequest): number {
  const wish = headerOf(request, TIMEOUT);
  if (wish === undefined) return Infinity;
  if (WHOLE.test(wish)) return Number(wish);
  throw new GatewayError('invalid_request', `'${TIMEOUT}' must be a whole number of milliseconds.`, { param: TIMEOUT });
}

/**
 * Whether a caller would rather have no answer than one to less than it asked.
 * @throws GatewayError `invalid_request`
 */
export function rejectsLosses(request: FastifyRequest): boolean {
  const wish = headerOf(request, UNSUPPORTED);
  if (wish === undefined || wish === 'drop') return false;
  if (wish === 'reject') return true;
  throw new GatewayError('invalid_request', `'${UNSUPPORTED}' must be drop or reject.`, { param: UNSUPPORTED });
}
