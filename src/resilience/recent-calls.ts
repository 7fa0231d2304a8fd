const MOST_KEPT = 256;

/** How long 50, 95 and 99 of a hundred answered calls took at most, in milliseconds. */
interface LatencyPercentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** The last calls to a target that say something of it: how many failed, and how long the others took. */
export class RecentCalls {
  /** A ring that grows to `MOST_KEPT`. Infinity stands for a call that failed. */
  private readonly durationsMs: number[] = [];
  private next = 0;

  answered(durationMs: number): void {
    this.keep(durationMs);
  }

  failed(): void {
    this.keep(Infinity);
  }

  get count(): number {
    return this.durationsMs.length;
  }

  /** From 0 to 1; `undefined` where there were no calls. */
  errorRate(): number | undefined {
    if (this.count === 0) return undefined;
    return this.durationsMs.filter((ms) => ms === Infinity).length / this.count;
  }

  /** Of the calls that were answered; `undefined` where none was. */
  latency(): LatencyPercentiles | undefined {
    const sorted = this.durationsMs.filter((ms) => ms < Infinity).toSorted((a, b) => a - b);
    const at = (percent: number): number => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
    return sorted.length === 0 ? undefined : { p50Ms: at(50), p95Ms: at(95), p99Ms: at(99) };
  }

  private keep(durationMs: number): void {
    this.durationsMs[this.next] = durationMs;
    this.next = (this.next + 1) % MOST_KEPT;
  }
}
