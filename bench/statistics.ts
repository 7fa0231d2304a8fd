/** What is kept of many measurements of one thing. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Exact, from every sample (nearest rank); all `NaN` when there are none. */
export function distribution(samples: readonly number[]): Distribution {
  const sorted = Float64Array.from(samples).toSorted();
  const rank = (percent: number): number => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? NaN;
  return { count: sorted.length, p50: rank(50), p99: rank(99), max: rank(100) };
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
