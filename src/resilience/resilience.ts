import { Injectable } from '@nestjs/common';
import type { RetrySettings } from '../config/settings.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { backoffMs } from './backoff.js';
import type { CallLease } from './call-lease.js';
import type { CallTarget } from './call-target.js';
import type { Deadline } from './deadline.js';
import { type Refusal, TargetDoor } from './target-door.js';
import { TargetStates } from './target-states.js';

/** One call, as the one who makes it sees it. */
export interface Call {
  /** The pause before it. */
  readonly waitedMs: number;
  /** Whether another target may take over if this one fails. */
  readonly hasNext: boolean;
  /** Ended by `run` where the call fails, and otherwise by the one who reads the answer, at its end. */
  readonly lease: CallLease;
}

interface Calls<Target extends CallTarget, Answer> {
  readonly retry: RetrySettings;
  readonly deadline: Deadline;
  /** One call. It resolves once the answer is certain, the last moment at which another target can take over. */
  readonly attempt: (target: Target, call: Call) => Promise<Answer>;
  /** Whether an earlier run of this request has asked the target: its first call of this run is a retry too. */
  readonly asksAgain: (target: Target) => boolean;
}

interface Run<Target extends CallTarget, Answer, Reason extends string> extends Calls<Target, Answer> {
  /** In order of preference. */
  readonly targets: readonly Target[];
  /** Why a target is of no use after what the ones before it have answered; `undefined` where it may be. */
  readonly passesOver: (target: Target) => Reason | undefined;
  /** Told of each target that is passed over. */
  readonly skipped: (target: Target, reason: Refusal | Reason) => void;
}

/** A target of a run, and the way into it. */
interface Place<Target> {
  readonly target: Target;
  readonly door: TargetDoor;
}

type Outcome<Answer> =
  { readonly kind: 'answered'; readonly answer: Answer } | { readonly kind: 'failed'; readonly error: UpstreamError };

interface Skipped {
  readonly kind: 'skipped';
  readonly reason: Refusal;
}

/** No target answered. Holds the last failure. */
export class PlanFailedError extends Error {
  constructor(readonly last: UpstreamError) {
    super('no target answered', { cause: last });
    this.name = 'PlanFailedError';
  }
}

/** Every target was passed over, and no call was made. */
export class NoTargetFreeError extends Error {
  /** @param retryAfterMs when one may be free again, at the soonest */
  constructor(readonly retryAfterMs: number) {
    super('no target is free');
    this.name = 'NoTargetFreeError';
  }
}

/** Makes the calls of a request. It knows targets by their keys and their order. */
@Injectable()
export class Resilience {
  constructor(private readonly states: TargetStates) {}

  /**
   * Calls one target after the other until one answers: the same one again while that may help and the deadline and the
   * retry budget allow, then the next. Targets that are busy, or left alone for now, are passed over; where that is all
   * of them, one is called all the same.
   * @throws PlanFailedError when none answered
   * @throws NoTargetFreeError when none could be called
   * @throws the signal's reason when the deadline ends or the caller leaves
   */
  async run<Target extends CallTarget, Answer, Reason extends string = never>(
    run: Run<Target, Answer, Reason>,
  ): Promise<Answer> {
    const { targets, retry, deadline } = run;
    if (targets.length === 0) throw new Error('a plan needs a target');
    deadline.signal.throwIfAborted();
    const places = targets.map((target) => ({
      target,
      door: new TargetDoor(this.states, target, retry.budgetPercent, deadline),
    }));
    const locked: Place<Target>[] = [];
    let last: UpstreamError | undefined;
    for (const [index, place] of places.entries()) {
      const useless = run.passesOver(place.target);
      if (useless) {
        run.skipped(place.target, useless);
        continue;
      }
      const outcome = await ask(run, place, places.slice(index + 1));
      if (outcome.kind === 'answered') return outcome.answer;
      deadline.signal.throwIfAborted();
      if (outcome.kind === 'failed') {
        last = outcome.error;
        if (last.endsPlan) break;
      } else {
        run.skipped(place.target, outcome.reason);
        if (outcome.reason === 'circuit_open') locked.push(place);
      }
    }
    if (last) throw new PlanFailedError(last);
    const outcome = await askLocked(run, locked);
    if (outcome?.kind === 'answered') return outcome.answer;
    if (outcome) throw new PlanFailedError(outcome.error);
    throw new NoTargetFreeError(soonestFreeMs(places));
  }
}

/** Asks one target until it answers or asking again is no use. */
async function ask<Target extends CallTarget, Answer>(
  run: Calls<Target, Answer>,
  { target, door }: Place<Target>,
  next: readonly Place<Target>[],
): Promise<Outcome<Answer> | Skipped> {
  const entered = await door.enter(run.asksAgain(target));
  if (typeof entered === 'string') return { kind: 'skipped', reason: entered };
  let lease: CallLease = entered;
  let waitedMs = 0;
  for (let calls = 1; ; calls++) {
    const hasNext = next.some((place) => !place.door.circuit.refuses);
    const outcome = await call(run, target, { waitedMs, hasNext, lease });
    if (outcome.kind !== 'failed' || lease.isProbe) return outcome;
    const waitMs = waitBeforeRetry(outcome.error, calls, run, hasNext);
    if (waitMs === undefined) return outcome;
    const again = await door.enterAgain(waitMs);
    if (typeof again === 'string') return outcome;
    lease = again;
    waitedMs = waitMs;
  }
}

/**
 * Asks one of the targets whose circuits are open, the one that would be asked soonest anyway: rather a call in vain than
 * a caller refused. Only once, and not where the vendor itself has asked for the pause.
 * @returns `undefined` where none can be called
 */
async function askLocked<Target extends CallTarget, Answer>(
  run: Calls<Target, Answer>,
  locked: readonly Place<Target>[],
): Promise<Outcome<Answer> | undefined> {
  for (const { target, door } of locked.toSorted((a, b) => a.door.circuit.openForMs - b.door.circuit.openForMs)) {
    const lease = door.circuit.isTold ? 'circuit_open' : await door.force(run.asksAgain(target));
    if (typeof lease !== 'string') return call(run, target, { waitedMs: 0, hasNext: false, lease });
    run.deadline.signal.throwIfAborted();
  }
  return undefined;
}

async function call<Target extends CallTarget, Answer>(
  { attempt, deadline: { signal } }: Calls<Target, Answer>,
  target: Target,
  made: Call,
): Promise<Outcome<Answer>> {
  try {
    signal.throwIfAborted();
    return { kind: 'answered', answer: await attempt(target, made) };
  } catch (error) {
    made.lease.end(error);
    signal.throwIfAborted();
    if (!(error instanceof UpstreamError)) throw error;
    return { kind: 'failed', error };
  }
}

/** A caller is better told to come back than held for longer; openai-node waits no longer either. */
const MOST_ASKED_MS = 60_000;

/** @returns `undefined` when this target must not, or cannot in time, be asked again */
function waitBeforeRetry(
  error: UpstreamError,
  calls: number,
  { retry, deadline }: Pick<Calls<CallTarget, unknown>, 'retry' | 'deadline'>,
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

/** When to come back where nothing is known, and the soonest in any case. */
const SOONEST_RETRY_MS = 1_000;

function soonestFreeMs(places: readonly Place<CallTarget>[]): number {
  return Math.max(SOONEST_RETRY_MS, Math.min(...places.map(({ door }) => door.circuit.openForMs)));
}
