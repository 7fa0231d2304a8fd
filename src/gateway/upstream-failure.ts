import { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { Attempt } from '../exchange/attempt.js';
import { VendorRefusal } from './vendor-refusal.js';

/**
 * What the caller sees when the last target failed.
 * @param attempts all calls that were made, for the message
 */
export function toCallerError(error: UpstreamError, attempts: readonly Attempt[]): GatewayError {
  const { failure, retryAfterMs } = error;
  const message = `No provider answered. Tried ${tried(attempts)}.`;
  if (failure.reason === 'timeout') return new GatewayError('upstream_timeout', message, { cause: error });
  if (failure.reason !== 'status') return new GatewayError('upstream_error', message, { cause: error });

  const body = Buffer.from(failure.body);
  if (error.isRefusal && isErrorBody(body)) return new VendorRefusal(body, failure.status, message, error);
  // A bad account is the gateway's trouble, and what the vendor says of it is not for the caller.
  const isCallers = failure.status >= 400 && failure.status < 500 && failure.status !== 401 && failure.status !== 403;
  return new GatewayError('upstream_error', message, {
    status: isCallers ? failure.status : undefined,
    retryAfterMs,
    cause: error,
  });
}

/** `openai/gpt-4o (429, 3 times), claude/sonnet (timeout)`. */
function tried(attempts: readonly Attempt[]): string {
  const counts = new Map<string, number>();
  for (const { provider, model, outcome } of attempts) {
    const why = outcome?.kind === 'failed' ? (outcome.status ?? outcome.reason) : 'unfinished';
    const key = `${provider}/${model} (${why}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, times]) => `${key}${times > 1 ? `, ${times} times` : ''})`).join(', ');
}

function isErrorBody(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
