import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { headerOf } from '../exchange/fastify.js';

const HEADER = 'x-gateway-timeout-ms';
const WHOLE = /^[1-9]\d{0,8}$/;

/**
 * How long a caller wants to wait for its whole answer, in milliseconds; `Infinity` where it does not say.
 * @throws GatewayError `invalid_request`
 */
export function wishedTimeoutMs(request: FastifyRequest): number {
  const wish = headerOf(request, HEADER);
  if (wish === undefined) return Infinity;
  if (WHOLE.test(wish)) return Number(wish);
  throw new GatewayError('invalid_request', `'${HEADER}' must be a whole number of milliseconds.`, { param: HEADER });
}
