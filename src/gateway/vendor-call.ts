import type { FastifyRequest } from 'fastify';
import type { ProviderCall } from '../providers/provider.js';
import type { Target } from '../routing/target.js';
import { vendorHeaders } from './gateway-headers.js';

/** One call to a target for this request. */
export function vendorCall(
  request: FastifyRequest,
  { model, timeouts }: Target,
  call: Pick<ProviderCall, 'operation' | 'dialect' | 'body' | 'stream'>,
  signal: AbortSignal,
): ProviderCall {
  const { connectMs } = timeouts;
  return { ...call, model, connectMs, headers: vendorHeaders(request), signal };
}
