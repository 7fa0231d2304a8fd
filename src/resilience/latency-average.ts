const SAMPLE_HALF_LIFE_MS = 30_000;
const VALUE_HALF_LIFE_MS = 300_000;

/**
 * The average of a duration, in which a sample counts half as much after half a minute. While no sample comes it sinks
 * toward 0, so that a target that was slow once is tried again some day.
 */
export class LatencyAverage {
  private totalMs = 0;
  private weight = 0;
  private sampledAtMs = 0;

  /** @param now milliseconds that never go back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  record(durationMs: number): void {
    const kept = shareLeft(this.idleMs, SAMPLE_HALF_LIFE_MS);
    this.totalMs = this.totalMs * kept + durationMs;
    this.weight = this.weight * kept + 1;
    this.sampledAtMs = this.now();
  }

  /** `undefined` where nothing was measured. */
  get valueMs(): number | undefined {
    if (this.weight === 0) return undefined;
    return (this.totalMs / this.weight) * shareLeft(this.idleMs, VALUE_HALF_LIFE_MS);
  }

  private get idleMs(): number {
    return this.now() - this.sampledAtMs;
  }
}

function shareLeft(afterMs: number, halfLifeMs: number): number {
  return 2 ** (-afterMs / halfLifeMs);
}
