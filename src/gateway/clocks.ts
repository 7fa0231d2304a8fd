import { UpstreamError } from '../errors/upstream-error.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Call } from '../resilience/resilience.js';
import { StreamClock } from '../resilience/stream-clock.js';
import { type Target, answerTimeoutMs } from '../routing/target.js';

/** Of a stream, until its first token. */
export function streamClock(target: Target, call: Call, deadline: Deadline): StreamClock {
  return clockOf(target.timeouts.firstTokenMs, call, deadline);
}

/** Of a JSON answer, where another target could take over; else the deadline alone counts. */
export function answerClock(target: Target, call: Call, deadline: Deadline): StreamClock | undefined {
  return call.hasNext ? clockOf(answerTimeoutMs(target), call, deadline) : undefined;
}

/** A target that could take over is left as much time as the one before it has. */
function clockOf(allowedMs: number, { hasNext }: Call, { signal, remainingMs, isHasty }: Deadline): StreamClock {
  const leftMs = hasNext ? remainingMs / 2 : Infinity;
  if (leftMs >= allowedMs || !isHasty) return new StreamClock(signal, Math.min(allowedMs, leftMs), (ms) => silence(ms));
  // Later clocks of the call are the settings' own.
  return new StreamClock(signal, leftMs, (ms) => silence(ms, ms === leftMs || undefined));
}

function silence(afterMs: number, isShortened?: true): UpstreamError {
  return new UpstreamError({ reason: 'timeout', isShortened }, `silent for ${Math.round(afterMs)} ms`);
}
