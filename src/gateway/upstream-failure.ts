import { readMembers } from '../dialects/json-members.js';
import { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { Attempt } from '../exchange/attempt.js';
import { VendorRefusal } from './vendor-refusal.js';

/** A proxy's demand, and the status by which we record that our own client left: neither means that to our caller. */
const OURS = new Set([407, 499]);

/**
 * What the caller sees when the last target failed.
 * @param attempts all calls that were made, for the message
 */
export function toCallerError(error: UpstreamError, attempts: readonly Attempt[]): GatewayError {
  const { failure, retryAfterMs } = error;
  const message = `No provider answered. Tried ${tried(attempts)}.`;
  if (failure.reason === 'timeout') return new GatewayError('upstream_timeout', message, { cause: error });
  if (failure.reason !== 'status') {
    return new GatewayError('upstream_error', message, { retryable: error.isRetryable, cause: error });
  }

  const refusal = error.isRefusal ? refusalBody(Buffer.from(failure.body)) : undefined;
  if (refusal) return new VendorRefusal(refusal, failure.status, message, error);
  const isCallers = failure.status >= 400 && failure.status < 500 && !error.isAboutAccount && !OURS.has(failure.status);
  return new GatewayError('upstream_error', message, {
    status: isCallers ? failure.status : undefined,
    retryable: error.isRetryable,
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

/**
 * The vendor's error as OpenAI's SDKs read it: the bytes of `error`, without what stands beside it (OpenRouter names the
 * account's user there); a body without `error` becomes one with its message.
 */
function refusalBody(body: Buffer): Buffer | undefined {
  let refusal: unknown;
  try {
    refusal = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  if (typeof refusal !== 'object' || refusal === null || Array.isArray(refusal)) return undefined;
  const members = readMembers(body);
  const error = members.findLast(({ key }) => key === 'error');
  if (error && typeof Reflect.get(refusal, 'error') === 'object') {
    if (members.length === 1) return body;
    return Buffer.concat([Buffer.from('{"error":'), body.subarray(error.start, error.end), Buffer.from('}')]);
  }
  const message = ['message', 'error', 'detail'].map((field): unknown => Reflect.get(refusal, field)).find(isText);
  if (message === undefined) return undefined;
  return Buffer.from(JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
