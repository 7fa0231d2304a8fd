import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { RetrySettings } from '../config/settings.js';
import { UpstreamError, type UpstreamFailure } from '../errors/upstream-error.js';
import { Deadline } from './deadline.js';
import { PlanFailedError, Resilience } from './resilience.js';

const left = new Error('the client left');

function failed(failure: UpstreamFailure | number, retryAfterMs?: number): UpstreamError {
  const whole =
    typeof failure === 'number' ? { reason: 'status' as const, status: failure, body: Buffer.alloc(0) } : failure;
  return new UpstreamError(retryAfterMs === undefined ? whole : ({ ...whole, retryAfterMs } as UpstreamFailure), 'no');
}

interface Options {
  readonly retry?: Partial<RetrySettings>;
  readonly totalMs?: number;
}

/** Runs a plan whose vendors fail as listed, then answer. Waits are too short to notice unless a test sets them. */
async function run(failures: Record<string, readonly UpstreamError[]>, { retry, totalMs = 5_000 }: Options = {}) {
  const calls: string[] = [];
  const waits: number[] = [];
  const left = new Map(Object.entries(failures).map(([target, list]) => [target, [...list]]));
  const deadline = new Deadline(totalMs, () => new Error('too late'));
  const attempt = (target: string, waitedMs: number): Promise<string> => {
    calls.push(target);
    waits.push(waitedMs);
    const failure = left.get(target)?.shift();
    return failure ? Promise.reject(failure) : Promise.resolve(`answer of ${target}`);
  };
  const settings = Object.assign(new RetrySettings(), { baseDelayMs: 1, maxDelayMs: 2, ...retry });
  try {
    const targets = Object.keys(failures);
    const answer: unknown = await new Resilience()
      .run({ targets, retry: settings, deadline, attempt })
      .catch((error: unknown) => error);
    return { answer, calls, waits };
  } finally {
    deadline.clear();
  }
}

describe('Resilience', () => {
  it('asks once where the first call is answered', async () => {
    expect(await run({ a: [], b: [] })).toEqual({ answer: 'answer of a', calls: ['a'], waits: [0] });
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
    ['403', failed(403)],
    ['404', failed(404)],
    ['a redirect', failed(302)],
    ['a timeout', failed({ reason: 'timeout' })],
    ['a reply that is none', failed({ reason: 'invalid_reply' })],
    ['an address that is not allowed', failed({ reason: 'forbidden_address' })],
  ])('goes to the next target at once after %s', async (_, failure) => {
    expect(await run({ a: [failure], b: [] })).toEqual({ answer: 'answer of b', calls: ['a', 'b'], waits: [0, 0] });
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

  it('waits as long as the vendor asks, at least', async () => {
    const { waits } = await run({ a: [failed(429, 30)] });
    expect(waits).toEqual([0, 30]);
  });

  it('waits longer where its own backoff is', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { waits } = await run(
      { a: [failed(429, 5), failed(429, 5)] },
      { retry: { baseDelayMs: 20, maxDelayMs: 40 } },
    );
    vi.restoreAllMocks();
    expect(waits).toEqual([0, 20, 40]);
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
    expect((await run({ a: [failed(429, 50)], b: [] }, { retry: { maxDelayMs: 2 } })).calls).toEqual(['a', 'b']);
    expect((await run({ b: [failed(429, 50)] }, { retry: { maxDelayMs: 2 } })).calls).toEqual(['b', 'b']);
  });

  it('takes an error of its own for what it is', async () => {
    const bug = new TypeError('a bug');
    const deadline = new Deadline(5_000, () => new Error('too late'));
    const attempt = vi.fn<() => Promise<string>>(() => Promise.reject(bug));
    const running = new Resilience().run({ targets: ['a', 'b'], retry: new RetrySettings(), deadline, attempt });
    await expect(running).rejects.toBe(bug);
    expect(attempt).toHaveBeenCalledTimes(1);
    deadline.clear();
  });
});

describe('a run whose deadline ends', () => {
  function start(attempt: (deadline: Deadline) => Promise<string>, totalMs = 5_000) {
    const deadline = new Deadline(totalMs, () => new Error('too late'));
    const retry = Object.assign(new RetrySettings(), { baseDelayMs: 60_000, maxDelayMs: 60_000 });
    const called = vi.fn<() => Promise<string>>(() => attempt(deadline));
    return {
      deadline,
      called,
      running: new Resilience().run({ targets: ['a', 'b'], retry, deadline, attempt: called }),
    };
  }

  it('before the first call makes none', async () => {
    const deadline = new Deadline(5_000, () => new Error('too late'));
    deadline.abort(left);
    const attempt = vi.fn<() => Promise<string>>(() => Promise.resolve('answer'));
    const running = new Resilience().run({ targets: ['a'], retry: new RetrySettings(), deadline, attempt });
    await expect(running).rejects.toBe(left);
    expect(attempt).not.toHaveBeenCalled();
  });

  it('in a call ends with the reason, whatever the call says, and makes no other', async () => {
    const { running, called } = start((deadline) => {
      deadline.abort(left);
      return Promise.reject(failed({ reason: 'network' }));
    });
    await expect(running).rejects.toBe(left);
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('in a wait ends it at once, and makes no other call', { timeout: 1_000 }, async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.05);
    const { running, deadline, called } = start(() => Promise.reject(failed(500)));
    setImmediate(() => deadline.abort(left));
    await expect(running).rejects.toBe(left);
    vi.restoreAllMocks();
    expect(called).toHaveBeenCalledTimes(1);
    expect(getEventListeners(deadline.signal, 'abort')).toEqual([]);
  });

  it('leaves no ear on the signal after a wait', async () => {
    const failures = [failed(429, 5)];
    const { running, deadline, called } = start(() => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve('answer');
    });
    vi.spyOn(Math, 'random').mockReturnValue(0);
    await expect(running).resolves.toBe('answer');
    vi.restoreAllMocks();
    expect(called).toHaveBeenCalledTimes(2);
    expect(getEventListeners(deadline.signal, 'abort')).toEqual([]);
    deadline.clear();
  });
});
