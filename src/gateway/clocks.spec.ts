import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import { TimeoutSettings } from '../config/settings.js';
import { Deadline } from '../resilience/deadline.js';
import type { Call } from '../resilience/resilience.js';
import type { StreamClock } from '../resilience/stream-clock.js';
import { answerClock, streamClock } from './clocks.js';

const withNext = { hasNext: true } as unknown as Call;
const last = { hasNext: false } as unknown as Call;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function target(timeouts: Partial<TimeoutSettings>) {
  return stubTarget({ timeouts: Object.assign(new TimeoutSettings(), timeouts) });
}

function deadlineOf(totalMs: number, isHasty = false): Deadline {
  return Object.assign(new Deadline(totalMs, () => new Error('too late')), { isHasty });
}

/** When a clock that nobody stops ends its call, and with what. */
function expiry(clock: StreamClock | undefined): { readonly afterMs: number; readonly isShortened: unknown } {
  const beganAt = performance.now();
  if (!clock) throw new Error('there is no clock');
  while (!clock.signal.aborted) vi.advanceTimersByTime(10);
  const { failure } = clock.signal.reason as { failure: { isShortened?: boolean } };
  return { afterMs: performance.now() - beganAt, isShortened: failure.isShortened };
}

describe('the clock until the first token', () => {
  it('is the target’s own', () => {
    const clock = streamClock(target({ firstTokenMs: 700 }), withNext, deadlineOf(100_000));
    expect(expiry(clock)).toEqual({ afterMs: 700, isShortened: undefined });
  });

  it('leaves the next target as much time as this one has, and does not blame it for that', () => {
    expect(expiry(streamClock(target({}), withNext, deadlineOf(1_000, true)))).toEqual({
      afterMs: 500,
      isShortened: true,
    });
  });

  it('is not shortened for the last target', () => {
    const clock = streamClock(target({ firstTokenMs: 700 }), last, deadlineOf(1_000));
    expect(expiry(clock)).toEqual({ afterMs: 700, isShortened: undefined });
  });
});

describe('the clock of a JSON answer', () => {
  it.each([
    [{ firstTokenMs: 700 }, 7_000],
    [{ firstTokenMs: 700, headersMs: 900 }, 900],
  ])('is ten first tokens, or what the settings say: %o', (timeouts, afterMs) => {
    const clock = answerClock(target(timeouts), withNext, deadlineOf(100_000));
    expect(expiry(clock)).toEqual({ afterMs, isShortened: undefined });
  });

  it('leaves the next target as much time as this one has, and does not blame it for that', () => {
    expect(expiry(answerClock(target({}), withNext, deadlineOf(1_000, true)))).toEqual({
      afterMs: 500,
      isShortened: true,
    });
  });

  it('blames a target that is silent for all that the settings leave it', () => {
    const clock = answerClock(target({}), withNext, deadlineOf(new TimeoutSettings().totalMs - 2));
    expect(expiry(clock)).toEqual({ afterMs: 300_000, isShortened: undefined });
  });

  it('is the request’s where no other target could answer', () => {
    expect(answerClock(target({ headersMs: 900 }), last, deadlineOf(1_000))).toBeUndefined();
  });
});
