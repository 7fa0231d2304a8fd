import { describe, expect, it } from 'vitest';
import { RecentCalls } from './recent-calls.js';

describe('RecentCalls', () => {
  it('knows nothing before the first call', () => {
    const recent = new RecentCalls();
    expect([recent.count, recent.errorRate(), recent.latency()]).toEqual([0, undefined, undefined]);
  });

  it('knows which share of the calls failed', () => {
    const recent = new RecentCalls();
    for (const durationMs of [10, 20, 30]) recent.answered(durationMs);
    recent.failed();
    expect(recent.errorRate()).toBe(0.25);
  });

  it('measures the calls that were answered, not those that failed', () => {
    const recent = new RecentCalls();
    for (let ms = 100; ms >= 1; ms--) recent.answered(ms);
    for (let call = 0; call < 50; call++) recent.failed();
    expect(recent.latency()).toEqual({ p50Ms: 50, p95Ms: 95, p99Ms: 99 });
  });

  it('has no latency where every call failed', () => {
    const recent = new RecentCalls();
    recent.failed();
    expect(recent.latency()).toBeUndefined();
    expect(recent.errorRate()).toBe(1);
  });

  it('keeps the last 256 calls', () => {
    const recent = new RecentCalls();
    for (let call = 0; call < 300; call++) recent.failed();
    for (let call = 0; call < 255; call++) recent.answered(7);
    expect([recent.count, recent.errorRate()]).toEqual([256, 1 / 256]);
    recent.answered(7);
    expect(recent.errorRate()).toBe(0);
  });
});
