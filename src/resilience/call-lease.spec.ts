import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BreakerSettings, ConcurrencySettings, RetrySettings } from '../config/settings.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { CallLease } from './call-lease.js';
import { Deadline } from './deadline.js';
import { TargetDoor } from './target-door.js';
import { TargetStates } from './target-states.js';

const left = new Error('the client left');
const target = {
  key: 'vendor/family/model',
  provider: { name: 'vendor' },
  breaker: new BreakerSettings(),
  concurrency: Object.assign(new ConcurrencySettings(), { maxCalls: 1, maxQueued: 0 }),
};
const answered = (status: number): UpstreamError =>
  new UpstreamError({ reason: 'status', status, body: Buffer.from('sk-secret') }, 'sk-secret');

describe('CallLease', () => {
  let states: TargetStates;
  let deadline: Deadline;

  beforeEach(() => {
    vi.useFakeTimers();
    states = new TargetStates();
    deadline = new Deadline(600_000, () => new Error('too late'));
  });
  afterEach(() => {
    deadline.clear();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  async function take(within = deadline): Promise<CallLease> {
    const lease = await new TargetDoor(states, target, new RetrySettings().budgetPercent, within).enter(false);
    if (typeof lease === 'string') throw new Error(lease);
    return lease;
  }

  /** Of one request a second, those that the circuit lets through. */
  async function callsInTenMinutes(answer: (lease: CallLease) => void): Promise<number> {
    let calls = 0;
    const fresh = new TargetStates();
    const roomy = { ...target, concurrency: new ConcurrencySettings() };
    for (let second = 0; second < 600; second++) {
      const within = new Deadline(600_000, () => new Error('too late'));
      const lease = await new TargetDoor(fresh, roomy, 0, within).enter(false);
      if (typeof lease !== 'string') {
        calls++;
        answer(lease);
      }
      await vi.advanceTimersByTimeAsync(1_000);
      within.clear();
    }
    return calls;
  }

  const state = () => states.target(target.key);
  const circuit = () => state().breaker.view();

  it('holds its place until it is ended, and gives it back once', async () => {
    const lease = await take();
    expect(state().inFlight).toBe(1);
    await expect(take()).rejects.toThrow('busy');
    lease.end();
    lease.end();
    expect(state().inFlight).toBe(0);
    const next = await take();
    await expect(take()).rejects.toThrow('busy');
    next.end();
  });

  it('measures the time to the first token of a stream, once', async () => {
    const lease = await take();
    vi.advanceTimersByTime(120);
    lease.begun();
    vi.advanceTimersByTime(500);
    lease.begun();
    lease.end();
    expect(state().firstTokenMs).toBeCloseTo(120, 0);
    expect(state().recent.latency()).toMatchObject({ p50Ms: 620 });
  });

  it('measures no first token of an answer that came as a whole', async () => {
    const lease = await take();
    vi.advanceTimersByTime(120);
    lease.end();
    lease.begun();
    expect(state().firstTokenMs).toBeUndefined();
    expect(state().recent.latency()).toMatchObject({ p50Ms: 120 });
  });

  it('counts a stream that was cut against the target', async () => {
    const lease = await take();
    lease.begun();
    lease.end(new UpstreamError({ reason: 'network' }, 'cut'));
    expect(circuit()).toMatchObject({ failurePercent: 100 });
    expect(state().recent.errorRate()).toBe(1);
  });

  it('counts nothing for the target until its stream has ended', async () => {
    (await take()).end(answered(500));
    const lease = await take();
    lease.begun();
    expect(circuit()).toMatchObject({ failurePercent: 100 });
    lease.end();
    expect(circuit()).toMatchObject({ failurePercent: 50 });
  });

  it.each([50, 900])(
    'lets no more than twice as many calls to a vendor that cuts each stream after %i ms as to a dead one',
    async (cutMs) => {
      const cutter = await callsInTenMinutes((lease) => {
        lease.begun();
        setTimeout(() => lease.end(new UpstreamError({ reason: 'network' }, 'cut')), cutMs);
      });
      const dead = await callsInTenMinutes((lease) => lease.end(answered(503)));
      expect(dead).toBeLessThan(20);
      expect(cutter).toBeLessThanOrEqual(2 * dead);
    },
  );

  it('counts only what was said first', async () => {
    const lease = await take();
    lease.end();
    lease.end(answered(500));
    expect(circuit()).toMatchObject({ failurePercent: 0 });
    expect(state().recent.errorRate()).toBe(0);
  });

  it.each<[what: string, error: unknown]>([
    ['a client that left', left],
    ['a bug', new TypeError('a bug')],
    ['a bad request', answered(400)],
    ['a model that is not there', answered(404)],
    ['a time that the caller cut short', new UpstreamError({ reason: 'timeout', isShortened: true }, 'too late')],
    ['an answer that is of no use', new UpstreamError({ reason: 'unusable' }, 'no use')],
  ])('counts nothing for or against the target after %s', async (_, error) => {
    (await take()).end(error);
    expect(circuit()).toEqual({ state: 'closed', failurePercent: 0, throttledPercent: 0 });
    expect(state().recent.count).toBe(0);
    expect(state().inFlight).toBe(0);
  });

  it('does not blame the target for what an aborted call meets', async () => {
    const ending = new Deadline(600_000, () => new Error('too late'));
    const lease = await take(ending);
    ending.abort(left);
    lease.end(new UpstreamError({ reason: 'network' }, 'the socket was destroyed'));
    expect(circuit()).toMatchObject({ failurePercent: 0 });
    expect(state().recent.count).toBe(0);
  });

  it('complains loudly of a refused key, once a minute, and tells no secret', async () => {
    const complaint = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    vi.setSystemTime('2026-09-01T12:00:00Z');
    for (const status of [401, 402, 403]) (await take()).end(answered(status));
    expect(complaint.mock.calls).toEqual([
      [{ provider: 'vendor', model: 'family/model', status: 401 }, "the provider refuses the gateway's key"],
    ]);
    expect(state().accountRefusedAt).toEqual(new Date('2026-09-01T12:00:00Z'));
    expect(state().recent.errorRate()).toBe(1);
    vi.advanceTimersByTime(60_000);
    (await take()).end(answered(403));
    expect(complaint).toHaveBeenCalledTimes(2);
  });

  it('keeps the circuit closed whatever is wrong with the account', async () => {
    vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    for (let call = 0; call < 30; call++) (await take()).end(answered(401));
    expect(circuit()).toEqual({ state: 'closed', failurePercent: 0, throttledPercent: 0 });
  });
});
