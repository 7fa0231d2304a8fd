/** One clock and one abort signal for everything that a request starts. */
export class Deadline {
  /** Whether the caller wants its answer sooner than the settings would have it wait. */
  isHasty = false;
  private readonly controller = new AbortController();
  private readonly beganAtMs = performance.now();
  private endsAtMs = Infinity;
  private limitMs = Infinity;
  private timer: NodeJS.Timeout | undefined;

  /** @param expired makes the signal's reason when `totalMs` have run out */
  constructor(
    totalMs: number,
    private readonly expired: (totalMs: number) => Error,
  ) {
    this.limit(totalMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The time that is set, counted from the beginning. */
  get totalMs(): number {
    return this.limitMs;
  }

  get remainingMs(): number {
    return Math.max(0, this.endsAtMs - performance.now());
  }

  /** Sets another time, counted from the beginning. */
  limit(totalMs: number): void {
    const endsAtMs = this.beganAtMs + totalMs;
    if (endsAtMs === this.endsAtMs || this.signal.aborted) return;
    this.clear();
    this.limitMs = totalMs;
    this.endsAtMs = endsAtMs;
    this.timer = setTimeout(() => this.abort(this.expired(totalMs)), this.remainingMs);
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
