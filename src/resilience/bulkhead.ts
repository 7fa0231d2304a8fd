import type { ConcurrencySettings } from '../config/settings.js';

/** Bounds the calls that run at one provider. Those that come when it is full wait in line for a short time. */
export class Bulkhead {
  private running = 0;
  /** First in, first out. */
  private readonly waiting = new Set<(isIn: boolean) => void>();

  get runningCalls(): number {
    return this.running;
  }

  get queuedCalls(): number {
    return this.waiting.size;
  }

  /**
   * A call that is let in is ended with `leave`.
   * @returns `false` where the line is full, where the wait was too long, or where the signal was aborted
   */
  enter(settings: ConcurrencySettings, signal: AbortSignal): boolean | Promise<boolean> {
    if (this.running < settings.maxCalls) {
      this.running++;
      return true;
    }
    if (this.waiting.size >= settings.maxQueued || signal.aborted) return false;
    return this.waitInLine(settings.queueMs, signal);
  }

  leave(): void {
    const [first] = this.waiting;
    // The place goes to the next in line, and nobody who comes now can take it.
    if (first) first(true);
    else this.running--;
  }

  private waitInLine(queueMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = (): void => settle(false);
      const settle = (isIn: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.waiting.delete(settle);
        resolve(isIn);
      };
      const timer = setTimeout(giveUp, queueMs);
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.add(settle);
    });
  }
}
