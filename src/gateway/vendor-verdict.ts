import { saysContentFilter } from '../dialects/content-filter.js';
import { saysContextOverflow } from '../dialects/context-overflow.js';
import { parseJson } from '../dialects/json.js';
import { ACCOUNT_STATUSES, type RefusalSubject, UpstreamError, type VendorError } from '../errors/upstream-error.js';
import type { JsonRoute } from './route.js';

/** A refusal of the request, or what some vendors take for one (OpenRouter moderates with 403). */
const MAY_BE_ABOUT_CONTENT = new Set([400, 403, 413, 422]);

/**
 * A vendor's failure by what it says, where its status says less: Gemini refuses a wrong key with 400, which would be
 * taken for the caller's fault and keep other targets from answering; and a prompt that is too long for one model may
 * fit the next, while one that a vendor will not touch must not be taken elsewhere.
 */
export function verdict(error: unknown, route: Pick<JsonRoute, 'readError'>): unknown {
  if (!(error instanceof UpstreamError) || error.failure.reason !== 'status') return error;
  const { failure } = error;
  if (!error.isRefusal && !MAY_BE_ABOUT_CONTENT.has(failure.status)) return error;
  const words = failure.reported ?? route.readError(parseJson(Buffer.from(failure.body).toString()));
  if (!words) return error;
  const subject = MAY_BE_ABOUT_CONTENT.has(failure.status) ? subjectOf(words) : undefined;
  if (subject) return new UpstreamError({ ...failure, subject }, error.message, { cause: error.cause });
  const { status } = words;
  if (status === undefined || !ACCOUNT_STATUSES.has(status)) return error;
  return new UpstreamError({ ...failure, status }, error.message, { cause: error.cause });
}

function subjectOf(words: VendorError): RefusalSubject | undefined {
  if (words.code === 'context_length_exceeded' || saysContextOverflow(words.message)) return 'context-window';
  return saysContentFilter(words) ? 'content-filter' : undefined;
}
