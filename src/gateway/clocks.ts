import { UpstreamError } from '../errors/upstream-error.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Call } from '../resilience/resilience.js';
import type { Target } from '../routing/target.js';

/** A JSON answer comes when its last token was written. */
const FIRST_TOKENS_IN_AN_ANSWER = 10;

/** How long a target may take for the first token of a stream. One that could take over is left as much time. */
export function firstTokenMs({ timeouts }: Target, { hasNext }: Call, deadline: Deadline): number {
  return hasNext ? Math.min(timeouts.firstTokenMs, deadline.remainingMs / 2) : timeouts.firstTokenMs;
}

/** How long a target may take for a JSON answer, where another one could take over; else the deadline alone counts. */
export function answerMs({ timeouts }: Target, { hasNext }: Call, deadline: Deadline): number | undefined {
  if (!hasNext) return undefined;
  const ms = timeouts.headersMs ?? FIRST_TOKENS_IN_AN_ANSWER * timeouts.firstTokenMs;
  return Math.min(ms, deadline.remainingMs / 2);
}

export function silence(afterMs: number): UpstreamError {
  return new UpstreamError({ reason: 'timeout' }, `silent for ${Math.round(afterMs)} ms`);
}
