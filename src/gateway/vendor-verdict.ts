import { saysContentFilter } from '../dialects/content-filter.js';
import { saysContextOverflow } from '../dialects/context-overflow.js';
import { parseJson } from '../dialects/json.js';
import { saysKeyRefused } from '../dialects/refused-key.js';
import { ACCOUNT_STATUSES, type RefusalSubject, UpstreamError, type VendorError } from '../errors/upstream-error.js';
import type { JsonRoute } from './route.js';

const BAD_REQUEST = 400;
const UNAUTHORIZED = 401;
/** A refusal of the request, or what some vendors take for one (OpenRouter moderates with 403). */
const MAY_BE_ABOUT_CONTENT = new Set([BAD_REQUEST, 403, 413, 422]);
/** "Your organization has been flagged": such words are about us, and must not reach the caller. */
const OUR_ACCOUNT = /\b(?:account|organi[sz]ation|api key)\b/i;

/**
 * A vendor's failure by what it says, where its status says less: Gemini refuses a wrong key with 400, which would be
 * taken for the caller's fault and keep other targets from answering; and a prompt that is too long for one model may
 * fit the next, while one that a vendor will not touch must not be taken elsewhere. What a stream reports has no status.
 */
export function verdict(error: unknown, route: Pick<JsonRoute, 'readError'>): unknown {
  if (!(error instanceof UpstreamError) || error.failure.reason !== 'status') return error;
  const { failure } = error;
  const { reported } = failure;
  if (!reported && !error.isRefusal && !MAY_BE_ABOUT_CONTENT.has(failure.status)) return error;
  const words = reported ?? route.readError(parseJson(Buffer.from(failure.body).toString()));
  const found = words && meaningOf(words, reported ? BAD_REQUEST : failure.status);
  return found ? new UpstreamError({ ...failure, ...found }, error.message, { cause: error.cause }) : error;
}

interface Meaning {
  readonly status: number;
  readonly subject?: RefusalSubject;
}

function meaningOf(words: VendorError, status: number): Meaning | undefined {
  if (saysKeyRefused(words)) return { status: UNAUTHORIZED };
  if (words.status !== undefined && ACCOUNT_STATUSES.has(words.status) && status !== words.status) {
    return { status: words.status };
  }
  if (!MAY_BE_ABOUT_CONTENT.has(status)) return undefined;
  if (words.code === 'context_length_exceeded' || saysContextOverflow(words.message)) {
    return { status, subject: 'context-window' };
  }
  if (!saysContentFilter(words)) return undefined;
  return OUR_ACCOUNT.test(words.message) ? { status: UNAUTHORIZED } : { status, subject: 'content-filter' };
}
