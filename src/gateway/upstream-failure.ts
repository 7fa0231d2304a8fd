import { isObject } from '../dialects/fields.js';
import { parseJson } from '../dialects/json.js';
import { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError, type VendorError } from '../errors/upstream-error.js';
import type { Attempt } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import { NoTargetFreeError, PlanFailedError } from '../resilience/resilience.js';
import type { JsonRoute } from './route.js';
import { VendorRefusal } from './vendor-refusal.js';

type RefusalReader = Pick<JsonRoute, 'readError' | 'refusalBody'>;

/** A proxy's demand, and the status by which we record that our own client left: neither means that to our caller. */
const OURS = new Set([407, 499]);

/**
 * What the caller sees when the last target failed.
 * @param attempts all calls that were made, for the message
 * @param route the last target's, which reads the vendor's words
 */
export function toCallerError(
  error: UpstreamError,
  attempts: readonly Attempt[],
  route: RefusalReader | undefined,
): GatewayError {
  const { failure, retryAfterMs } = error;
  const message = `No provider answered. Tried ${tried(attempts)}.`;
  if (failure.reason === 'timeout') return new GatewayError('upstream_timeout', message, { cause: error });
  if (failure.reason !== 'status') {
    return new GatewayError('upstream_error', message, { retryable: error.isRetryable, cause: error });
  }
  const refusal = error.isRefusal ? toRefusal(error, message, route) : undefined;
  if (refusal) return refusal;
  const isCallers = failure.status >= 400 && failure.status < 500 && !error.isAboutAccount && !OURS.has(failure.status);
  return new GatewayError('upstream_error', message, {
    status: isCallers ? failure.status : undefined,
    retryable: error.isRetryable,
    retryAfterMs,
    cause: error,
  });
}

/** What the caller sees when nobody in its plan has answered. Other errors are what they are. */
export function toPlanError(error: unknown, { attempts }: Exchange, route: RefusalReader | undefined): unknown {
  if (error instanceof PlanFailedError) return toCallerError(error.last, attempts, route);
  if (!(error instanceof NoTargetFreeError)) return error;
  const { retryAfterMs } = error;
  const message = 'No provider of this model is free to answer: they failed lately, or have too much to do.';
  return new GatewayError('overloaded', message, { retryAfterMs, cause: error });
}

/** What the caller sees when a stream broke that had begun. */
export function toStreamError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (!(error instanceof UpstreamError))
    return new GatewayError('internal_error', 'The gateway failed.', { cause: error });
  const { failure } = error;
  if (failure.reason === 'timeout') {
    return new GatewayError('upstream_timeout', 'The provider stopped sending before its answer was whole.', {
      cause: error,
    });
  }
  const words = failure.reason === 'status' && !error.isAboutAccount ? failure.reported : undefined;
  const message = 'The provider broke off before its answer was whole.';
  if (words) return new VendorRefusal(message, { words, cause: error });
  return new GatewayError('upstream_error', message, { cause: error });
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

function toRefusal(error: UpstreamError, message: string, route: RefusalReader | undefined): VendorRefusal | undefined {
  const { failure } = error;
  if (failure.reason !== 'status') return undefined;
  const { status, reported } = failure;
  if (reported) return new VendorRefusal(message, { status, words: reported, cause: error });
  const bytes = Buffer.from(failure.body);
  const value = parseJson(bytes.toString());
  const words: VendorError | undefined = route?.readError(value);
  const body = isObject(value) ? route?.refusalBody(bytes, value) : undefined;
  return body || words ? new VendorRefusal(message, { status, words, body, cause: error }) : undefined;
}
