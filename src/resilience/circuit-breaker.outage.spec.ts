import { beforeEach, describe, expect, it } from 'vitest';
import { BreakerSettings } from '../config/settings.js';
import { CircuitBreaker } from './circuit-breaker.js';

const settings = new BreakerSettings();
const OPEN_MS = settings.openMs;

describe('how long a circuit stays open in one outage', () => {
  let now: number;
  let breaker: CircuitBreaker;

  /** One call that fails, and must not be refused. */
  function fail(): void {
    const passage = breaker.enter(settings);
    if (!passage) throw new Error('refused');
    breaker.failed(passage, 'failures');
  }

  /** It has been open once, and lets a probe through. */
  beforeEach(() => {
    now = 1_000;
    breaker = new CircuitBreaker(
      () => now,
      () => 1,
    );
    for (let call = 0; call < settings.minimumCalls; call++) fail();
    now += OPEN_MS;
  });

  it('is longer the longer it has been open before, up to the most that is allowed', () => {
    const openings: number[] = [];
    for (let probes = 0; probes < 20; probes++) {
      fail();
      openings.push(breaker.openForMs);
      now += breaker.openForMs;
    }
    expect(openings.slice(0, 5)).toEqual([30_000, 30_000, 45_000, 67_500, 101_250]);
    expect(openings.at(-1)).toBe(settings.maxOpenMs);
  });

  it('is no longer where nobody has asked for hours', () => {
    for (let probes = 0; probes < 2; probes++) {
      now += 3_600_000;
      fail();
      expect(breaker.openForMs).toBe(OPEN_MS);
    }
    now += 3_600_000;
    fail();
    expect(breaker.openForMs).toBe(1.5 * OPEN_MS);
  });

  it('counts an opening that was cut short for as long as it was', () => {
    const openings: number[] = [];
    for (let probes = 0; probes < 7; probes++) {
      fail();
      openings.push(breaker.openForMs);
      now += 10_000;
      breaker.probeNow();
    }
    expect(openings).toEqual([30_000, 30_000, 30_000, 30_000, 35_000, 40_000, 45_000]);
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
