import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BreakerSettings, ConcurrencySettings, RetrySettings } from '../config/settings.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { CallTarget } from './call-target.js';
import { Deadline } from './deadline.js';
import { type Call, NoTargetFreeError, PlanFailedError, Resilience } from './resilience.js';
import { TargetStates } from './target-states.js';

const left = new Error('the client left');
const breaker = Object.assign(new BreakerSettings(), { minimumCalls: 1 });

const target = (key: string, replaced: Partial<CallTarget> = {}): CallTarget => ({
  key,
  provider: { name: key.split('/')[0] ?? key },
  breaker,
  concurrency: new ConcurrencySettings(),
  ...replaced,
});

const down = (retryAfterMs?: number): UpstreamError =>
  new UpstreamError({ reason: 'status', status: 503, body: Buffer.alloc(0), retryAfterMs }, 'down');

type Attempt = (target: CallTarget, call: Call) => Promise<string>;

let states: TargetStates;
let calls: string[];
let skips: string[];
let deadline: Deadline;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
  states = new TargetStates();
  [calls, skips] = [[], []];
  deadline = new Deadline(600_000, () => new Error('too late'));
});
afterEach(() => {
  deadline.clear();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Vendors answer, and at once, unless a test says otherwise. */
const answer: Attempt = ({ key }, { lease }) => {
  lease.end();
  return Promise.resolve(`answer of ${key}`);
};

/** @param asked keys of targets that this request has asked before */
function run(
  targets: readonly CallTarget[],
  attempt = answer,
  within = deadline,
  asked: readonly string[] = [],
): Promise<string> {
  const running = new Resilience(states).run({
    targets,
    retry: new RetrySettings(),
    deadline: within,
    attempt: (target, call) => {
      calls.push(target.key);
      return attempt(target, call);
    },
    passesOver: () => undefined,
    asksAgain: ({ key }) => asked.includes(key),
    skipped: ({ key }, reason) => skips.push(`${key} ${reason}`),
  });
  // Each test says itself how it ends.
  running.catch(() => {});
  return running;
}

/** Opens a target's circuit. */
function open(key: string, retryAfterMs?: number): void {
  const { breaker: circuit } = states.target(key);
  const passage = circuit.enter(breaker);
  if (!passage) throw new Error('it is open already');
  circuit.failed(passage, 'failures', retryAfterMs);
}

const state = (key: string) => states.target(key).breaker.view().state;

describe('a target whose circuit is open', () => {
  it('is passed over', async () => {
    open('a');
    await expect(run([target('a'), target('b')])).resolves.toBe('answer of b');
    expect([calls, skips]).toEqual([['b'], ['a circuit_open']]);
  });

  it('gets one call when its time is over; all others pass it over instead of waiting for that one', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    const probe = Promise.withResolvers<string>();
    const targets = [target('a'), target('b')];
    const probing = run(targets, () => probe.promise);
    await expect(run(targets)).resolves.toBe('answer of b');
    expect([calls, skips]).toEqual([['a', 'b'], ['a circuit_open']]);
    probe.reject(down());
    await vi.advanceTimersByTimeAsync(0);
    expect(state('a')).toBe('open');
    await vi.runAllTimersAsync();
    await expect(probing).rejects.toBeInstanceOf(PlanFailedError);
  });

  it('is back when that call was answered', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    await run([target('a'), target('b')]);
    await run([target('a'), target('b')]);
    expect([calls, skips]).toEqual([['a', 'a'], []]);
  });

  it('is asked by the next one when a stream has begun there, and back when it has ended well', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    const leases: Call['lease'][] = [];
    const stream: Attempt = (_, { lease }) => {
      leases.push(lease);
      lease.begun();
      return Promise.resolve('a stream');
    };
    for (let request = 0; request < 2; request++) await run([target('a'), target('b')], stream);
    expect([calls, state('a')]).toEqual([['a', 'a'], 'half-open']);
    leases[0]?.end();
    expect(state('a')).toBe('closed');
    expect(states.target('a').inFlight).toBe(1);
  });

  it('is left alone again when the stream that began there is cut', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    let call: Call | undefined;
    await run([target('a')], (_, made) => {
      call = made;
      made.lease.begun();
      return Promise.resolve('a stream');
    });
    call?.lease.end(new UpstreamError({ reason: 'network' }, 'cut'));
    expect(state('a')).toBe('open');
  });

  it('is asked by the next one where the one that finds out gets no answer at all', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    void run([target('a')], () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(0);
    vi.advanceTimersByTime(breaker.openMs);
    await expect(run([target('a'), target('b')])).resolves.toBe('answer of a');
    expect([calls, skips]).toEqual([['a', 'a'], []]);
  });

  it('is not asked again by the one who has found that it is still down', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    const running = run([target('a')], () => Promise.reject(down(1_000)));
    await vi.advanceTimersByTimeAsync(breaker.openMs);
    await expect(running).rejects.toBeInstanceOf(PlanFailedError);
    expect(calls).toEqual(['a']);
  });

  it('is probed by the next caller where the client of the first one has left', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    const leaving = new Deadline(600_000, () => new Error('too late'));
    const waiting = Promise.withResolvers<string>();
    const first = run([target('a')], () => waiting.promise, leaving);
    await vi.advanceTimersByTimeAsync(0);
    leaving.abort(left);
    waiting.reject(new UpstreamError({ reason: 'network' }, 'the socket was destroyed'));
    await expect(first).rejects.toBe(left);
    await expect(run([target('a')])).resolves.toBe('answer of a');
    expect(skips).toEqual([]);
  });

  it('is not waited for: a call is not told that it may take over', async () => {
    open('b');
    let hasNext: boolean | undefined;
    await run([target('a'), target('b')], (asked, call) => {
      ({ hasNext } = call);
      return answer(asked, call);
    });
    expect(hasNext).toBe(false);
  });

  it('is not asked again where it opened during the pause, and that is no skip', async () => {
    const targets = [target('a', { breaker: new BreakerSettings() }), target('b')];
    const running = run(targets, (asked, call) => (asked.key === 'a' ? Promise.reject(down()) : answer(asked, call)));
    await vi.advanceTimersByTimeAsync(0);
    open('a');
    await vi.runAllTimersAsync();
    await expect(running).resolves.toBe('answer of b');
    expect([calls, skips]).toEqual([['a', 'b'], []]);
  });
});

describe('the last target left', () => {
  it('is never locked out: where all circuits are open, the one that would close first is asked', async () => {
    open('a', 1);
    vi.advanceTimersByTime(1);
    open('b');
    vi.advanceTimersByTime(5_000);
    open('a');
    await expect(run([target('a'), target('b')])).resolves.toBe('answer of b');
    expect([calls, skips]).toEqual([['b'], ['a circuit_open', 'b circuit_open']]);
    expect([state('a'), state('b')]).toEqual(['open', 'closed']);
  });

  it('is asked once, and not again', async () => {
    open('a');
    const running = run([target('a')], () => Promise.reject(down()));
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(running).rejects.toMatchObject({ name: 'PlanFailedError', last: { failure: { status: 503 } } });
    expect(calls).toEqual(['a']);
  });

  it('is asked although somebody else is finding out whether it works', async () => {
    open('a');
    vi.advanceTimersByTime(breaker.openMs);
    const probe = Promise.withResolvers<string>();
    const probing = run([target('a')], () => probe.promise);
    await expect(run([target('a')])).resolves.toBe('answer of a');
    probe.resolve('the probe');
    await expect(probing).resolves.toBe('the probe');
    expect(skips).toEqual(['a circuit_open']);
  });

  it('is not asked while its vendor wants to be left alone', async () => {
    open('a', 7_000);
    vi.advanceTimersByTime(2_000);
    const refused = await run([target('a')]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NoTargetFreeError);
    expect(refused).toMatchObject({ retryAfterMs: 5_000 });
    expect([calls, skips]).toEqual([[], ['a circuit_open']]);
  });

  it('tells a caller to come back when the first of its targets may be asked, and never at once', async () => {
    open('a', 90_000);
    open('b', 20_000);
    await expect(run([target('a'), target('b')])).rejects.toMatchObject({ retryAfterMs: 20_000 });
    vi.advanceTimersByTime(19_900);
    await expect(run([target('a'), target('b')])).rejects.toMatchObject({ retryAfterMs: 1_000 });
  });
});

describe('a provider that is busy', () => {
  const concurrency = Object.assign(new ConcurrencySettings(), { maxCalls: 1, maxQueued: 1, queueMs: 1_000 });
  const busy = (key: string): CallTarget => target(key, { concurrency });
  let running: PromiseWithResolvers<string>;
  let lease: Call['lease'];

  /** One call that keeps its provider busy until its lease is ended. */
  beforeEach(async () => {
    running = Promise.withResolvers<string>();
    void run([busy('p/a')], (_, call) => {
      ({ lease } = call);
      return running.promise;
    });
    await vi.advanceTimersByTimeAsync(0);
    calls = [];
  });

  it('is waited for, for a short time, whichever of its models is wanted', async () => {
    const waiting = run([busy('p/b'), target('q/c')]);
    await vi.advanceTimersByTimeAsync(999);
    expect(calls).toEqual([]);
    lease.end();
    await expect(waiting).resolves.toBe('answer of p/b');
  });

  it('is passed over when the wait was too long', async () => {
    const waiting = run([busy('p/b'), target('q/c')]);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(waiting).resolves.toBe('answer of q/c');
    expect(skips).toEqual(['p/b busy']);
  });

  it('is passed over at once where too many wait', async () => {
    void run([busy('p/b')]);
    await expect(run([busy('p/b'), target('q/c')])).resolves.toBe('answer of q/c');
  });

  it('refuses a caller who has no other target, and tells when to come back', async () => {
    const waiting = run([busy('p/b')]);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(waiting).rejects.toMatchObject({ name: 'NoTargetFreeError', retryAfterMs: 1_000 });
    expect([calls, skips]).toEqual([[], ['p/b busy']]);
  });

  it('is not asked as a last resort either', async () => {
    open('p/b');
    const waiting = run([busy('p/b')]);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(waiting).rejects.toBeInstanceOf(NoTargetFreeError);
    expect(calls).toEqual([]);
  });

  it('is no reason to keep a client waiting who has left', async () => {
    const leaving = new Deadline(600_000, () => new Error('too late'));
    const waiting = run([busy('p/b'), target('q/c')], answer, leaving);
    await vi.advanceTimersByTimeAsync(0);
    leaving.abort(left);
    await expect(waiting).rejects.toBe(left);
    expect([calls, skips]).toEqual([[], []]);
    lease.end();
    await expect(run([busy('p/b')])).resolves.toBe('answer of p/b');
  });

  it('gives its place to nobody whose target has failed meanwhile', async () => {
    const waiting = run([busy('p/b'), target('q/c')]);
    await vi.advanceTimersByTimeAsync(0);
    open('p/b');
    lease.end();
    await expect(waiting).resolves.toBe('answer of q/c');
    expect(skips).toEqual(['p/b circuit_open']);
    await expect(run([busy('p/other')])).resolves.toBe('answer of p/other');
  });

  it('is not held by a caller that pauses before it asks again', async () => {
    lease.end();
    running.resolve('over');
    const failures = [down()];
    const patient = busy('p/b');
    const pausing = run([{ ...patient, breaker: new BreakerSettings() }], (asked, call) => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : answer(asked, call);
    });
    await vi.advanceTimersByTimeAsync(0);
    await expect(run([busy('p/other')])).resolves.toBe('answer of p/other');
    await vi.runAllTimersAsync();
    await expect(pausing).resolves.toBe('answer of p/b');
  });
});

describe('a target that this request has asked before', () => {
  /** All retries that the budget allows are under way. */
  beforeEach(() => {
    while (states.provider('a').retryBudget.takeRetry(0));
  });

  it('is passed over as busy where the retry budget is spent, and is not for others', async () => {
    await expect(run([target('a'), target('b')], answer, deadline, ['a'])).resolves.toBe('answer of b');
    await expect(run([target('a')])).resolves.toBe('answer of a');
    expect([calls, skips]).toEqual([['b', 'a'], ['a busy']]);
  });

  it('is no last resort where the retry budget is spent, and is one for others', async () => {
    open('a');
    await expect(run([target('a')], answer, deadline, ['a'])).rejects.toBeInstanceOf(NoTargetFreeError);
    await expect(run([target('a')])).resolves.toBe('answer of a');
  });
});
