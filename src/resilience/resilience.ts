import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { RetrySettings } from '../config/settings.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { backoffMs } from './backoff.js';
import type { Deadline } from './deadline.js';

interface Run<Target, Answer> {
  /** In order of preference. */
  readonly targets: readonly Target[];
  readonly retry: RetrySettings;
  readonly deadline: Deadline;
  /**
   * One call. It resolves once the answer is certain, which is the last moment at which another target can take over.
   * @param waitedMs the pause before it
   */
  readonly attempt: (target: Target, waitedMs: number) => Promise<Answer>;
}

/** No target answered. Holds the last failure. */
export class PlanFailedError extends Error {
  constructor(readonly last: UpstreamError) {
    super('no target answered', { cause: last });
    this.name = 'PlanFailedError';
  }
}

/** Makes the calls of a request. It knows targets by nothing but their order. */
@Injectable()
export class Resilience {
  /**
   * Calls one target after the other until one answers: the same one again while that may help and the deadline allows,
   * then the next.
   * @throws PlanFailedError when none did
   * @throws the signal's reason when the deadline ends or the caller leaves
   */
  async run<Target, Answer>({ targets, retry, deadline, attempt }: Run<Target, Answer>): Promise<Answer> {
    let last: UpstreamError | undefined;
    for (const [index, target] of targets.entries()) {
      const hasNext = index < targets.length - 1;
      let waitMs: number | undefined = 0;
      for (let calls = 1; waitMs !== undefined; calls++) {
        await pause(waitMs, deadline);
        try {
          return await attempt(target, waitMs);
        } catch (error) {
          deadline.signal.throwIfAborted();
          if (!(error instanceof UpstreamError)) throw error;
          last = error;
          waitMs = waitBeforeRetry(error, calls, retry, deadline, hasNext);
        }
      }
      if (last?.endsPlan) break;
    }
    if (!last) throw new Error('a plan needs a target');
    throw new PlanFailedError(last);
  }
}

/** A caller is better told to come back than held for longer; openai-node waits no longer either. */
const MOST_ASKED_MS = 60_000;

/** @returns `undefined` when this target must not, or cannot in time, be asked again */
function waitBeforeRetry(
  error: UpstreamError,
  calls: number,
  retry: RetrySettings,
  deadline: Deadline,
  hasNext: boolean,
): number | undefined {
  if (!error.isRetryable || calls >= retry.maxAttempts) return undefined;
  const askedMs = error.retryAfterMs ?? 0;
  if (askedMs > MOST_ASKED_MS) return undefined;
  // Another target answers sooner than a vendor that asks for a long pause.
  if (hasNext && askedMs > retry.maxDelayMs) return undefined;
  const waitMs = Math.max(askedMs, backoffMs(calls, retry));
  return waitMs < deadline.remainingMs ? waitMs : undefined;
}

async function pause(waitMs: number, { signal }: Deadline): Promise<void> {
  if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  signal.throwIfAborted();
}
