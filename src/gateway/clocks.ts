import { UpstreamError } from '../errors/upstream-error.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Call } from '../resilience/resilience.js';
import { type Target, answerTimeoutMs } from '../routing/target.js';

/** How long a target may take for the first token of a stream. One that could take over is left as much time. */
export function firstTokenMs({ timeouts }: Target, { hasNext }: Call, deadline: Deadline): number {
  return hasNext ? Math.min(timeouts.firstTokenMs, deadline.remainingMs / 2) : timeouts.firstTokenMs;
}

/** How long a target may take for a JSON answer, where another one could take over; else the deadline alone counts. */
export function answerMs(target: Target, { hasNext }: Call, deadline: Deadline): number | undefined {
  return hasNext ? Math.min(answerTimeoutMs(target), deadline.remainingMs / 2) : undefined;
}

export function silence(afterMs: number): UpstreamError {
  return new UpstreamError({ reason: 'timeout' }, `silent for ${Math.round(afterMs)} ms`);
}
