import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is timed. This pause is part of every delay that Node measures. */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

/** How late the event loop is, on average from one question to the next. */
export class EventLoopDelay {
  // It is never emptied: the first delay after that would not be counted, and may be the one that matters.
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private lastCount = 0;
  private lastTotalNs = 0;

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** @returns 0 where nothing was measured since the last question */
  sinceLastMs(): number {
    const { count, mean } = this.histogram;
    if (count === this.lastCount) return 0;
    const totalNs = mean * count;
    const meanNs = (totalNs - this.lastTotalNs) / (count - this.lastCount);
    this.lastCount = count;
    this.lastTotalNs = totalNs;
    return Math.max(0, meanNs / NS_PER_MS - RESOLUTION_MS);
  }
}
