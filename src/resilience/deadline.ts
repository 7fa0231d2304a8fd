/** One clock and one abort signal for everything that a request starts. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly endsAtMs: number;
  private readonly timer: NodeJS.Timeout;

  /** @param expired makes the signal's reason when time runs out */
  constructor(totalMs: number, expired: () => Error) {
    this.endsAtMs = performance.now() + totalMs;
    this.timer = setTimeout(() => this.abort(expired()), totalMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get remainingMs(): number {
    return Math.max(0, this.endsAtMs - performance.now());
  }

  /** Ends everything that holds the signal. */
  abort(reason: Error): void {
    this.clear();
    this.controller.abort(reason);
  }

  /** Stops the clock. Its owner calls this when the request is over. */
  clear(): void {
    clearTimeout(this.timer);
  }
}
