import type { UpstreamError } from '../errors/upstream-error.js';

/** What speaks against a target. The two are counted apart: a vendor that throttles is not a vendor that is down. */
export type Trouble = 'failures' | 'throttled';

const TOO_MANY_REQUESTS = 429;
const REQUEST_TIMEOUT = 408;

/**
 * What a failed call says of its target; `undefined` where it speaks of the request, of the caller or of the account. A
 * conflict (409) is about what one caller has asked for, and no caller may open a circuit in front of all others.
 */
export function troubleIn({ failure, subject }: UpstreamError): Trouble | undefined {
  if (subject) return undefined;
  if (failure.reason === 'unusable') return undefined;
  if (failure.reason === 'timeout' && failure.isShortened) return undefined;
  if (failure.reason !== 'status') return 'failures';
  const { status } = failure;
  if (status === TOO_MANY_REQUESTS) return 'throttled';
  // A redirect is no answer, and not one that a request could have caused.
  return status < 400 || status >= 500 || status === REQUEST_TIMEOUT ? 'failures' : undefined;
}
