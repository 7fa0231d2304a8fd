import type { CircuitBreaker } from '../resilience/circuit-breaker.js';
import type { RecentCalls } from '../resilience/recent-calls.js';
import type { CircuitDto, LatencyDto } from './target-state.dto.js';

export function circuitView(breaker: CircuitBreaker): CircuitDto {
  const view = breaker.view();
  if (view.state !== 'open') return { state: view.state };
  return { state: 'open', why: view.why, retryAfterMs: Math.ceil(view.openForMs) };
}

/** `null` where no call was answered. */
export function latencyView(recent: RecentCalls): LatencyDto | null {
  const latency = recent.latency();
  return latency ? { p50: round(latency.p50Ms), p95: round(latency.p95Ms), p99: round(latency.p99Ms) } : null;
}

/** To the microsecond; `null` where nothing was measured. */
export function millisecondsView(ms: number | undefined): number | null {
  return ms === undefined ? null : round(ms);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
