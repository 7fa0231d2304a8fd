import { getEventListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BreakerSettings, ConcurrencySettings, RetrySettings } from '../config/settings.js';
import { UpstreamError, type UpstreamFailure } from '../errors/upstream-error.js';
import type { CallTarget } from './call-target.js';
import { Deadline } from './deadline.js';
import { type Call, PlanFailedError, Resilience } from './resilience.js';
import { TargetStates } from './target-states.js';

const left = new Error('the client left');

function failed(failure: UpstreamFailure | number, retryAfterMs?: number): UpstreamError {
  if (typeof failure !== 'number') return new UpstreamError(failure, 'no');
  return new UpstreamError({ reason: 'status', status: failure, body: Buffer.alloc(0), retryAfterMs }, 'no');
}

const target = (key: string): CallTarget => ({
  key,
  provider: { name: key },
  breaker: new BreakerSettings(),
  concurrency: new ConcurrencySettings(),
});

interface Options {
  readonly retry?: Partial<RetrySettings>;
  readonly totalMs?: number;
}

/** Runs a plan whose vendors fail as listed, then answer. */
async function run(failures: Record<string, readonly UpstreamError[]>, { retry, totalMs = 600_000 }: Options = {}) {
  const calls: string[] = [];
  const waits: number[] = [];
  const hasNext: boolean[] = [];
  const failuresLeft = new Map(Object.entries(failures).map(([key, list]) => [key, [...list]]));
  const deadline = new Deadline(totalMs, () => new Error('too late'));
  const attempt = ({ key }: CallTarget, call: Call): Promise<string> => {
    calls.push(key);
    waits.push(call.waitedMs);
    hasNext.push(call.hasNext);
    const failure = failuresLeft.get(key)?.shift();
    return failure ? Promise.reject(failure) : Promise.resolve(`answer of ${key}`);
  };
  const settings = Object.assign(new RetrySettings(), retry);
  const beganAtMs = performance.now();
  const running = new Resilience(new TargetStates())
    .run({
      targets: Object.keys(failures).map(target),
      retry: settings,
      deadline,
      attempt,
      passesOver: () => undefined,
      asksAgain: () => false,
      skipped: () => {},
    })
    .catch((error: unknown) => error)
    .finally(() => deadline.clear());
  await vi.runAllTimersAsync();
  const answer: unknown = await running;
  return { answer, calls, waits, hasNext, tookMs: performance.now() - beganAtMs };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('Resilience', () => {
  it('asks once where the first call is answered', async () => {
    expect(await run({ a: [], b: [] })).toMatchObject({ answer: 'answer of a', calls: ['a'], waits: [0] });
  });

  it.each([408, 409, 429, 500, 502, 503, 504, 529])('asks the same target again after %i', async (status) => {
    const { answer, calls } = await run({ a: [failed(status)], b: [] });
    expect({ answer, calls }).toEqual({ answer: 'answer of a', calls: ['a', 'a'] });
  });

  it('asks the same target again after a failure of the network', async () => {
    expect((await run({ a: [failed({ reason: 'network' })] })).calls).toEqual(['a', 'a']);
  });

  it.each<[what: string, failure: UpstreamError]>([
    ['401', failed(401)],
    ['402', failed(402)],
    ['403', failed(403)],
    ['404', failed(404)],
    ['a redirect', failed(302)],
    ['a timeout', failed({ reason: 'timeout' })],
    ['a reply that is none', failed({ reason: 'invalid_reply' })],
    ['an address that is not allowed', failed({ reason: 'forbidden_address' })],
  ])('goes to the next target at once after %s', async (_, failure) => {
    vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    expect(await run({ a: [failure], b: [] })).toMatchObject({
      answer: 'answer of b',
      calls: ['a', 'b'],
      waits: [0, 0],
      tookMs: 0,
    });
  });

  it.each([400, 413, 415, 422])('asks nobody else after %i, which is about the request itself', async (status) => {
    const { answer, calls } = await run({ a: [failed(status)], b: [] });
    expect(calls).toEqual(['a']);
    expect(answer).toMatchObject({ last: { failure: { status } } });
  });

  it('asks each target as often as is allowed, then says why the last one failed', async () => {
    const failures = { a: Array(9).fill(failed(500)), b: Array(9).fill(failed(503)) };
    const { answer, calls } = await run(failures, { retry: { maxAttempts: 2 } });
    expect(calls).toEqual(['a', 'a', 'b', 'b']);
    expect(answer).toBeInstanceOf(PlanFailedError);
    expect(answer).toMatchObject({ last: { failure: { status: 503 } } });
  });

  it('never asks twice where one attempt is allowed', async () => {
    expect((await run({ a: [failed(500)] }, { retry: { maxAttempts: 1 } })).calls).toEqual(['a']);
  });

  it('always pauses before it asks again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { waits, tookMs } = await run({ a: [failed(429), failed(500)] });
    expect(waits).toEqual([0, 250, 500]);
    expect(tookMs).toBeCloseTo(750);
  });

  it('waits as long as the vendor asks, at least', async () => {
    const { waits, tookMs } = await run({ a: [failed(429, 3_000)] });
    expect(waits).toEqual([0, 3_000]);
    expect(tookMs).toBeCloseTo(3_000);
  });

  it('waits longer where its own backoff is', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { waits } = await run({ a: [failed(429, 5), failed(429, 5)] });
    expect(waits).toEqual([0, 500, 1_000]);
  });

  it('tells each call whether another target may take over', async () => {
    expect(await run({ a: [failed(500), failed(404)], b: [failed(500)] })).toMatchObject({
      calls: ['a', 'a', 'b', 'b'],
      hasNext: [true, true, false, false],
    });
  });

  it('does not begin a wait that ends after the deadline', async () => {
    const { answer, calls } = await run({ a: [failed(429, 60_000)] }, { totalMs: 5_000 });
    expect(calls).toEqual(['a']);
    expect(answer).toBeInstanceOf(PlanFailedError);
  });

  it('does not hold a caller for longer than a minute, whatever the vendor asks for', async () => {
    const { answer, calls } = await run({ a: [failed(429, 60_001)] }, { totalMs: 600_000 });
    expect(calls).toEqual(['a']);
    expect(answer).toMatchObject({ last: { retryAfterMs: 60_001 } });
  });

  it('goes to the next target where the vendor asks for a longer pause than it would ever take itself', async () => {
    expect((await run({ a: [failed(429, 8_001)], b: [] })).calls).toEqual(['a', 'b']);
    expect((await run({ a: [failed(429, 8_000)], b: [] })).calls).toEqual(['a', 'a']);
    expect((await run({ b: [failed(429, 8_001)] })).calls).toEqual(['b', 'b']);
  });

  it('takes an error of its own for what it is', async () => {
    const bug = new TypeError('a bug');
    const { running, called } = start(() => Promise.reject(bug));
    await expect(running).rejects.toBe(bug);
    expect(called).toHaveBeenCalledOnce();
  });

  it('wants a target', async () => {
    expect((await run({})).answer).toMatchObject({ message: 'a plan needs a target' });
  });
});

/** Starts a plan of two targets. */
function start(attempt: (deadline: Deadline) => Promise<string>) {
  const deadline = new Deadline(600_000, () => new Error('too late'));
  const called = vi.fn<() => Promise<string>>(() => attempt(deadline));
  const states = new TargetStates();
  const running = new Resilience(states).run({
    targets: [target('a'), target('b')],
    retry: new RetrySettings(),
    deadline,
    attempt: called,
    passesOver: () => undefined,
    asksAgain: () => false,
    skipped: () => {},
  });
  // Each test says itself how it ends.
  running.catch(() => {});
  return { deadline, called, running, states };
}

describe('a run whose deadline ends', () => {
  it('before the first call makes none', async () => {
    const deadline = new Deadline(5_000, () => new Error('too late'));
    deadline.abort(left);
    const attempt = vi.fn<() => Promise<string>>(() => Promise.resolve('answer'));
    const skipped = vi.fn<() => void>();
    const states = new TargetStates();
    const running = new Resilience(states).run({
      targets: [target('a')],
      retry: new RetrySettings(),
      deadline,
      attempt,
      passesOver: () => undefined,
      asksAgain: () => false,
      skipped,
    });
    await expect(running).rejects.toBe(left);
    expect(attempt).not.toHaveBeenCalled();
    expect(skipped).not.toHaveBeenCalled();
    expect(states.target('a').inFlight).toBe(0);
  });

  it('in a call ends with the reason, whatever the call says, and makes no other', async () => {
    const { running, called, states } = start((deadline) => {
      deadline.abort(left);
      return Promise.reject(failed({ reason: 'network' }));
    });
    await expect(running).rejects.toBe(left);
    expect(called).toHaveBeenCalledOnce();
    expect(states.target('a').inFlight).toBe(0);
    expect(states.target('a').breaker.view()).toMatchObject({ failurePercent: 0 });
  });

  it('in a pause ends it at once, and makes no other call', async () => {
    const { running, deadline, called, states } = start(() => Promise.reject(failed(500)));
    await vi.advanceTimersByTimeAsync(100);
    expect(called).toHaveBeenCalledOnce();
    deadline.abort(left);
    await expect(running).rejects.toBe(left);
    expect(called).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(deadline.signal, 'abort')).toEqual([]);
    expect(states.target('a').inFlight).toBe(0);
  });

  it('leaves no ear on the signal after a pause', async () => {
    const failures = [failed(429, 5)];
    const { running, deadline, called } = start(() => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve('answer');
    });
    await vi.advanceTimersByTimeAsync(500);
    await expect(running).resolves.toBe('answer');
    expect(called).toHaveBeenCalledTimes(2);
    expect(getEventListeners(deadline.signal, 'abort')).toEqual([]);
    deadline.clear();
    expect(vi.getTimerCount()).toBe(0);
  });
});
