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

  it('counts a stream that began and was cut as one call, and as a failure', () => {
    for (let call = 0; call < 4; call++) {
      const passage = enter();
      breaker.succeeded(passage);
      breaker.failed(passage, 'failures');
    }
    expect(breaker.view()).toMatchObject({ state: 'closed', failurePercent: 100 });
    const passage = enter();
    breaker.succeeded(passage);
    breaker.failed(passage, 'failures');
    expect(breaker.refuses).toBe(true);
  });

  it('counts a stream that is cut long after it began among the calls of now', () => {
    const passage = enter();
    breaker.succeeded(passage);
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

  it('counts a probe that began and was cut as a failure of the closed circuit', () => {
    const probe = enter();
    breaker.succeeded(probe);
    breaker.failed(probe, 'failures');
    expect(breaker.view()).toMatchObject({ state: 'closed', failurePercent: 100 });
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

  it('is not freed, closed or opened by other calls than its probe', () => {
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

  it('stays open for longer the longer the outage lasts, up to the most that is allowed', () => {
    const openings: number[] = [];
    for (let probes = 0; probes < 20; probes++) {
      breaker.failed(enter(), 'failures');
      openings.push(breaker.openForMs);
      now += breaker.openForMs;
    }
    expect(openings.slice(0, 5)).toEqual([30_000, 30_000, 45_000, 67_500, 101_250]);
    expect(openings.at(-1)).toBe(settings.maxOpenMs);
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

describe('a vendor that was down for a minute', () => {
  /** How often the vendor is called in vain, and how long after its recovery again; callers come at random moments. */
  function outage(seed: number): { readonly callsInVain: number; readonly recoveryMs: number } {
    let state = seed;
    const draw = (): number => {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return state / 2 ** 32;
    };
    let now = 0;
    const circuit = new CircuitBreaker(() => now, draw);
    let callsInVain = 0;
    for (;;) {
      now += draw() * 200;
      const passage = circuit.enter(settings);
      if (!passage) continue;
      if (now >= 60_000) return { callsInVain, recoveryMs: now - 60_000 };
      circuit.failed(passage, 'failures');
      callsInVain++;
    }
  }

  it('is asked again within 30 s of its recovery, and is left alone until then but for a few calls', () => {
    const outages = Array.from({ length: 2_000 }, (_, seed) => outage(seed));
    const times = outages.map(({ recoveryMs }) => recoveryMs);
    // The time of a circuit's opening, and of the caller that comes after it.
    expect(Math.max(...times)).toBeLessThanOrEqual(OPEN_MS + 200);
    expect(Math.max(...times)).toBeGreaterThan(10_000);
    // Those that open the circuit, and a probe after each opening of three quarters of its time or more.
    const mostCalls = settings.minimumCalls + Math.floor(60_000 / (0.75 * OPEN_MS));
    expect(Math.max(...outages.map(({ callsInVain }) => callsInVain))).toBeLessThanOrEqual(mostCalls);
  });
});
