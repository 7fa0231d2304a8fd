import { beforeEach, describe, expect, it } from 'vitest';
import { BreakerSettings } from '../config/settings.js';
import { CircuitBreaker, type Passage } from './circuit-breaker.js';
import type { Trouble } from './trouble.js';

const settings = new BreakerSettings();
const OPEN_MS = settings.openMs;

let now: number;
let random: number;
let breaker: CircuitBreaker;

beforeEach(() => {
  now = 1_000;
  random = 1;
  breaker = new CircuitBreaker(
    () => now,
    () => random,
  );
});

/** A passage that must not be refused. */
function enter(from = breaker, by = settings): Passage {
  const passage = from.enter(by);
  if (!passage) throw new Error('refused');
  return passage;
}

function succeed(times = 1): void {
  for (let call = 0; call < times; call++) breaker.succeeded(enter());
}

function fail(times: number, trouble: Trouble = 'failures', retryAfterMs?: number): void {
  for (let call = 0; call < times; call++) breaker.failed(enter(), trouble, retryAfterMs);
}

/** A stream that breaks off after its first token. */
function cutStream(passage = enter()): void {
  breaker.begun(passage);
  breaker.failed(passage, 'failures');
}

/** Opens it with failures, and waits until it lets a probe through. */
function halfOpen(): void {
  fail(5);
  now += OPEN_MS;
}

describe('a closed circuit', () => {
  it.each(['failures', 'throttled'] as const)('opens after five %s, and refuses everybody', (trouble) => {
    fail(4, trouble);
    expect(breaker.refuses).toBe(false);
    fail(1, trouble);
    expect(breaker.refuses).toBe(true);
    expect(breaker.enter(settings)).toBeUndefined();
    expect(breaker.view()).toEqual({ state: 'open', why: trouble, openForMs: OPEN_MS, isTold: false });
  });

  it('opens once half of its last calls failed, and not before', () => {
    succeed(6);
    fail(5);
    expect(breaker.view()).toEqual({ state: 'closed', failurePercent: (5 / 11) * 100, throttledPercent: 0 });
    fail(1);
    expect(breaker.refuses).toBe(true);
  });

  it('counts throttled calls apart from failures', () => {
    fail(4, 'failures');
    fail(4, 'throttled');
    expect(breaker.refuses).toBe(false);
    fail(1, 'throttled');
    expect(breaker.view()).toMatchObject({ state: 'open', why: 'throttled' });
  });

  it('forgets what is longer ago than its window', () => {
    fail(4);
    succeed(settings.window);
    fail(4);
    expect(breaker.refuses).toBe(false);
  });

  it('counts nothing of a call that told nothing', () => {
    for (let call = 0; call < 50; call++) breaker.abandoned(enter());
    expect(breaker.view()).toEqual({ state: 'closed', failurePercent: 0, throttledPercent: 0 });
    fail(4);
    expect(breaker.refuses).toBe(false);
  });

  it('counts nothing of a stream that has begun until it ends, and a cut one as a failure', () => {
    for (let call = 0; call < 4; call++) cutStream();
    expect(breaker.view()).toMatchObject({ state: 'closed', failurePercent: 100 });
    const running = Array.from({ length: 20 }, () => enter());
    for (const passage of running) breaker.begun(passage);
    expect(breaker.view()).toMatchObject({ state: 'closed', failurePercent: 100 });
    cutStream();
    expect(breaker.refuses).toBe(true);
  });

  it('counts a stream that is cut long after it began among the calls of now', () => {
    const passage = enter();
    breaker.begun(passage);
    succeed(settings.window);
    breaker.failed(passage, 'failures');
    expect(breaker.view()).toMatchObject({ failurePercent: 100 / settings.window });
  });

  it('opens for as long as the vendor asked for, but not for one call that was asked to wait', () => {
    fail(1, 'throttled', 7_000);
    expect(breaker.refuses).toBe(false);
    fail(4, 'throttled', 7_000);
    expect(breaker.view()).toEqual({ state: 'open', why: 'throttled', openForMs: 7_000, isTold: true });
    now += 6_999;
    expect(breaker.refuses).toBe(true);
    now += 1;
    expect(breaker.refuses).toBe(false);
  });

  it('opens for no longer than is allowed, whatever the vendor asked for', () => {
    fail(5, 'failures', 86_400_000);
    expect(breaker.openForMs).toBe(settings.maxOpenMs);
  });

  it('takes a vendor that asks for no pause for one that said nothing', () => {
    fail(5, 'throttled', 0);
    expect(breaker.view()).toMatchObject({ openForMs: OPEN_MS, isTold: false });
  });

  it('opens for three quarters of the time at least', () => {
    random = 0;
    fail(5);
    expect(breaker.openForMs).toBe(0.75 * OPEN_MS);
  });

  it('goes by the settings of each call', () => {
    const strict = Object.assign(new BreakerSettings(), { minimumCalls: 1, openMs: 50 });
    breaker.failed(enter(breaker, strict), 'failures');
    expect(breaker.openForMs).toBe(50);
  });

  it('can open where more calls are wanted than are counted', () => {
    const odd = Object.assign(new BreakerSettings(), { minimumCalls: 50, window: 3 });
    for (let call = 0; call < 3; call++) breaker.failed(enter(breaker, odd), 'failures');
    expect(breaker.refuses).toBe(true);
  });
});

describe('an open circuit', () => {
  it('takes no notice of calls from before it opened', () => {
    const [lateSuccess, lateFailure] = [enter(), enter()];
    fail(5);
    now += 10;
    breaker.succeeded(lateSuccess);
    breaker.failed(lateFailure, 'failures', 200_000);
    expect(breaker.view()).toEqual({ state: 'open', why: 'failures', openForMs: OPEN_MS - 10, isTold: false });
  });

  it('lets one probe through when its time is over, and refuses all others at once', () => {
    halfOpen();
    expect(breaker.view()).toEqual({ state: 'half-open', isProbing: false });
    expect(enter().kind).toBe('probe');
    expect(breaker.view()).toEqual({ state: 'half-open', isProbing: true });
    expect(breaker.refuses).toBe(true);
    expect(breaker.enter(settings)).toBeUndefined();
  });

  it('closes with a forced call that succeeds', () => {
    fail(5);
    const forced = breaker.force(settings);
    breaker.succeeded(forced);
    expect(breaker.view()).toMatchObject({ state: 'closed' });
  });

  it('stays as it is after a forced call that fails, unless the vendor says for how long', () => {
    fail(5);
    now += 1_000;
    breaker.failed(breaker.force(settings), 'failures');
    expect(breaker.view()).toMatchObject({ openForMs: OPEN_MS - 1_000, isTold: false });
    breaker.failed(breaker.force(settings), 'failures', 90_000);
    expect(breaker.view()).toMatchObject({ openForMs: 90_000, isTold: true });
  });

  it('is not opened once more by a forced call that fails after another has closed it', () => {
    fail(5);
    const late = breaker.force(settings);
    breaker.succeeded(breaker.force(settings));
    breaker.failed(late, 'failures', 90_000);
    expect(breaker.view()).toMatchObject({ state: 'closed', failurePercent: 0 });
  });

  it('stays open for the time that the vendor asked for, whatever an earlier call meets', () => {
    fail(5);
    const [forced, toldForced] = [breaker.force(settings), breaker.force(settings)];
    breaker.failed(toldForced, 'throttled', 9_000);
    breaker.succeeded(forced);
    expect(breaker.view()).toMatchObject({ state: 'open', openForMs: 9_000 });
  });

  it('can be probed early, but not before the time that the vendor asked for', () => {
    fail(5);
    breaker.probeNow();
    breaker.failed(enter(), 'failures', 60_000);
    breaker.probeNow();
    expect(breaker.view()).toMatchObject({ state: 'open', isTold: true });
  });
});

describe('a half-open circuit', () => {
  beforeEach(halfOpen);

  it('closes with a probe that succeeds, and knows nothing of the outage any more', () => {
    breaker.succeeded(enter());
    expect(breaker.view()).toEqual({ state: 'closed', failurePercent: 0, throttledPercent: 0 });
    fail(3);
    expect(breaker.refuses).toBe(false);
    now += 10 * settings.maxOpenMs;
    fail(1);
    expect(breaker.openForMs).toBe(OPEN_MS);
  });

  it('counts no call from before the outage once it is over', () => {
    breaker.succeeded(enter());
    const early = Array.from({ length: 10 }, () => enter());
    fail(4);
    now += OPEN_MS;
    breaker.succeeded(enter());
    for (const passage of early) breaker.succeeded(passage);
    fail(3);
    expect(breaker.view()).toMatchObject({ state: 'closed', failurePercent: 75 });
  });

  it('lets the next probe through as soon as the stream of one has begun, and closes when one has ended well', () => {
    const first = enter();
    breaker.begun(first);
    expect(breaker.view()).toEqual({ state: 'half-open', isProbing: false });
    const next = enter();
    expect(next.kind).toBe('probe');
    expect(breaker.refuses).toBe(true);
    breaker.succeeded(first);
    expect(breaker.view()).toEqual({ state: 'closed', failurePercent: 0, throttledPercent: 0 });
    breaker.failed(next, 'failures');
    expect(breaker.view()).toMatchObject({ state: 'closed', failurePercent: 0 });
  });

  it('opens again with a stream that is cut, whoever else is asking, and for longer with each', () => {
    const openings: number[] = [];
    for (let probes = 0; probes < 5; probes++) {
      const cut = enter();
      breaker.begun(cut);
      const next = enter();
      breaker.failed(cut, 'failures');
      openings.push(breaker.openForMs);
      breaker.succeeded(next);
      expect(breaker.view()).toMatchObject({ state: 'open' });
      now += breaker.openForMs;
    }
    expect(openings).toEqual([30_000, 30_000, 45_000, 67_500, 101_250]);
  });

  it('takes a forced stream that has begun for a probe', () => {
    const [probe, forced] = [enter(), breaker.force(settings)];
    expect(breaker.refuses).toBe(true);
    breaker.begun(forced);
    expect(breaker.refuses).toBe(false);
    breaker.failed(forced, 'failures');
    expect(breaker.view()).toMatchObject({ state: 'open', openForMs: OPEN_MS });
    breaker.succeeded(probe);
    expect(breaker.view()).toMatchObject({ state: 'open', openForMs: OPEN_MS });
  });

  it('is not held by a probe that has run for as long as it was open', () => {
    const stuck = enter();
    now += OPEN_MS - 1;
    expect(breaker.enter(settings)).toBeUndefined();
    now += 1;
    const next = enter();
    expect(next.kind).toBe('probe');
    expect(breaker.enter(settings)).toBeUndefined();
    breaker.abandoned(stuck);
    expect(breaker.enter(settings)).toBeUndefined();
  });

  it.each([
    ['closes with', 'closed', (probe: Passage) => breaker.succeeded(probe)],
    ['opens with', 'open', (probe: Passage) => breaker.failed(probe, 'failures')],
  ])('%s a slow probe that ends while the next one runs', (_, state, end) => {
    const slow = enter();
    now += OPEN_MS;
    enter();
    end(slow);
    expect(breaker.view()).toMatchObject({ state });
  });

  it('takes no notice of a slow probe that ends after another has opened it again', () => {
    const slow = enter();
    now += OPEN_MS;
    breaker.failed(enter(), 'failures');
    breaker.succeeded(slow);
    breaker.failed(slow, 'failures', 200_000);
    expect(breaker.view()).toMatchObject({ state: 'open', openForMs: OPEN_MS, isTold: false });
  });

  it('opens again with a probe that fails, for as long as the vendor asks', () => {
    breaker.failed(enter(), 'failures', 5_000);
    expect(breaker.view()).toEqual({ state: 'open', why: 'failures', openForMs: 5_000, isTold: true });
  });

  it('is free for the next probe when one is abandoned', () => {
    breaker.abandoned(enter());
    expect(breaker.view()).toEqual({ state: 'half-open', isProbing: false });
    expect(enter().kind).toBe('probe');
  });

  it('is not freed or opened by a forced call that comes to nothing', () => {
    const forced = breaker.force(settings);
    const probe = enter();
    breaker.abandoned(forced);
    breaker.failed(breaker.force(settings), 'failures');
    expect(breaker.view()).toEqual({ state: 'half-open', isProbing: true });
    breaker.failed(probe, 'failures');
    expect(breaker.view()).toMatchObject({ state: 'open' });
  });

  it('does not open again for a probe that fails after another call has closed it', () => {
    const probe = enter();
    breaker.succeeded(breaker.force(settings));
    breaker.failed(probe, 'failures');
    expect(breaker.view()).toEqual({ state: 'closed', failurePercent: 0, throttledPercent: 0 });
  });
});

describe('what an operator is told', () => {
  it('is each opening and each closing, once', () => {
    const told: string[] = [];
    const watched = new CircuitBreaker(
      () => now,
      () => random,
      ({ state }) => told.push(state),
    );
    for (let call = 0; call < 5; call++) watched.failed(enter(watched), 'failures');
    now += OPEN_MS;
    watched.failed(enter(watched), 'failures');
    now += OPEN_MS;
    watched.succeeded(enter(watched));
    watched.succeeded(enter(watched));
    expect(told).toEqual(['open', 'open', 'closed']);
  });
});
