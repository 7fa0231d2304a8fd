import { parseJson } from '../dialects/json.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { JsonRoute } from './route.js';

/** Statuses that are about the gateway's account. */
const ACCOUNT = new Set([401, 402, 403]);

/**
 * A vendor's failure by what it says, where its status says less: Gemini refuses a wrong key with 400, which would be
 * taken for the caller's fault and keep other targets from answering.
 */
export function verdict(error: unknown, route: Pick<JsonRoute, 'readError'>): unknown {
  if (!(error instanceof UpstreamError) || !error.isRefusal || error.failure.reason !== 'status') return error;
  const { failure } = error;
  const status = (failure.reported ?? route.readError(parseJson(Buffer.from(failure.body).toString())))?.status;
  if (status === undefined || !ACCOUNT.has(status)) return error;
  return new UpstreamError({ ...failure, status }, error.message, { cause: error.cause });
}
