import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BreakerSettings, ConcurrencySettings, RetrySettings } from '../config/settings.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { CallTarget } from './call-target.js';
import { Deadline } from './deadline.js';
import { type Call, Resilience } from './resilience.js';
import { TargetStates } from './target-states.js';

const CALLERS = 500;
/** Never opens a circuit: what keeps retries away is the budget. */
const never = Object.assign(new BreakerSettings(), { failurePercent: 101 });
const target = (key: string, replaced: Partial<CallTarget> = {}): CallTarget => ({
  key,
  provider: { name: key.split('/')[0] ?? key },
  breaker: new BreakerSettings(),
  concurrency: new ConcurrencySettings(),
  ...replaced,
});
const failure = (status: number): UpstreamError =>
  new UpstreamError({ reason: 'status', status, body: Buffer.alloc(0) }, 'no');
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Mulberry32: the same numbers in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let random: () => number;

beforeEach(() => {
  vi.useFakeTimers();
  random = seededRandom(20_261_102);
  vi.spyOn(Math, 'random').mockImplementation(random);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a dead vendor under the load of 500 callers', () => {
  /**
   * Each caller asks again as soon as it was refused.
   * @returns the calls that the vendor got, and those that it would have got without a retry
   */
  async function load(breaker: BreakerSettings, lastsMs: (call: Call) => number) {
    const resilience = new Resilience(new TargetStates());
    const dead = [target('dead/model', { breaker })];
    const counted = { calls: 0, firstCalls: 0, requests: 0 };
    const attempt = async (_: CallTarget, call: Call): Promise<never> => {
      counted.calls++;
      if (call.waitedMs === 0) counted.firstCalls++;
      await after(lastsMs(call));
      throw failure(503);
    };
    const endsAtMs = performance.now() + 5_000;
    const caller = async (): Promise<void> => {
      while (performance.now() < endsAtMs) {
        counted.requests++;
        const deadline = new Deadline(60_000, () => new Error('too late'));
        await resilience
          .run({
            targets: dead,
            retry: new RetrySettings(),
            deadline,
            attempt,
            passesOver: () => undefined,
            asksAgain: () => false,
            skipped: () => {},
          })
          .catch(() => {});
        deadline.clear();
      }
    };
    const callers = Array.from({ length: CALLERS }, caller);
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all(callers);
    expect(counted.requests).toBeGreaterThanOrEqual(CALLERS);
    return counted;
  }

  it.each<[what: string, lastsMs: (call: Call) => number]>([
    ['fast', () => 200],
    ['slowly', () => 2_000],
    ['slowly at first, and then fast', ({ waitedMs }) => (waitedMs === 0 ? 2_000 : 1)],
    ['now fast and now slowly', () => 100 + random() * 2_000],
  ])('gets at most 1.2 calls for each request where it fails %s', async (_, lastsMs) => {
    const { calls, firstCalls, requests } = await load(never, lastsMs);
    expect(firstCalls).toBe(requests);
    expect(calls / requests).toBeLessThanOrEqual(1.2);
    expect(calls).toBeGreaterThan(1.02 * requests);
  });

  it('gets hardly a retry once its circuit has opened', async () => {
    const { calls, requests } = await load(new BreakerSettings(), () => 200);
    expect(calls / requests).toBeLessThan(1.01);
  });
});

describe('what a run holds', () => {
  interface Step {
    readonly ending: 'answer' | 'stream' | 'cut' | 'bug' | 'leave' | number;
    readonly lastsMs: number;
  }
  const step: fc.Arbitrary<Step> = fc.record({
    ending: fc.constantFrom<Step['ending'][]>('answer', 'stream', 'cut', 'bug', 'leave', 400, 401, 429, 500),
    lastsMs: fc.integer({ min: 0, max: 2_000 }),
  });
  const requests = fc.array(fc.record({ arrivesMs: fc.nat(3_000), steps: fc.array(step, { maxLength: 6 }) }), {
    maxLength: 25,
  });

  it('is given back on every path, whatever calls meet and whoever leaves', { timeout: 20_000 }, async () => {
    vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const concurrency = { maxCalls: 3, maxQueued: 3, queueMs: 300 };
    const targets = ['p/a', 'p/b', 'q/c'].map((key) => target(key, { concurrency }));
    await fc.assert(
      fc.asyncProperty(requests, async (requests) => {
        const states = new TargetStates();
        const resilience = new Resilience(states);
        const ask = async ({ arrivesMs, steps }: { arrivesMs: number; steps: readonly Step[] }): Promise<void> => {
          await after(arrivesMs);
          const deadline = new Deadline(5_000, () => new Error('too late'));
          const left = [...steps];
          const attempt = async (_: CallTarget, { lease }: Call): Promise<void> => {
            const { ending, lastsMs } = left.shift() ?? { ending: 'answer', lastsMs: 10 };
            await after(lastsMs);
            if (ending === 'leave') deadline.abort(new Error('left'));
            if (ending === 'bug') throw new TypeError('a bug');
            if (typeof ending === 'number') throw failure(ending);
            if (ending === 'answer' || ending === 'leave') return lease.end();
            lease.begun();
            void after(lastsMs).then(() => lease.end(ending === 'cut' ? failure(500) : undefined));
          };
          await resilience
            .run({
              targets,
              retry: new RetrySettings(),
              deadline,
              attempt,
              passesOver: () => undefined,
              asksAgain: () => false,
              skipped: () => {},
            })
            .catch(() => {});
          deadline.clear();
        };
        const asked = requests.map(ask);
        await vi.runAllTimersAsync();
        await Promise.all(asked);
        const { signal } = new AbortController();
        for (const name of ['p', 'q']) {
          const { bulkhead, retryBudget } = states.provider(name);
          const places = Array.from({ length: 4 }, () => bulkhead.enter({ ...concurrency, maxQueued: 0 }, signal));
          expect(places).toEqual([true, true, true, false]);
          const retries = Array.from({ length: 4 }, () => retryBudget.takeRetry(0));
          expect(retries).toEqual([true, true, true, false]);
        }
        for (const [, { inFlight, breaker }] of states.targets()) {
          expect(inFlight).toBe(0);
          expect(breaker.view()).not.toMatchObject({ isProbing: true });
        }
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
