const CALL_IS_OVER = new Error('the call is over');

/**
 * The clocks of one call, on a signal of its own so that a silent vendor ends the call and not the request: first until
 * the stream has begun, then for each read; of a whole answer, the first alone. They run only while somebody waits for
 * the vendor; a slow reader is not the vendor's fault.
 */
export class StreamClock {
  private readonly controller = new AbortController();
  private readonly follow = (): void => this.controller.abort(this.parent.reason);
  private timer: NodeJS.Timeout;
  private isWaiting = true;
  private hasBegun = false;
  private isFinishing = false;

  /** @param expired makes the signal's reason when the vendor stays silent for too long */
  constructor(
    private readonly parent: AbortSignal,
    firstTokenMs: number,
    private readonly expired: (afterMs: number) => Error,
  ) {
    this.timer = this.startTimer(firstTokenMs);
    if (parent.aborted) this.follow();
    else parent.addEventListener('abort', this.follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The stream has begun: from here on each read may take `idleMs`. */
  begin(idleMs: number): void {
    this.hasBegun = true;
    clearTimeout(this.timer);
    this.timer = this.startTimer(idleMs);
  }

  /** All that is still wanted may take `ms` together. */
  finish(ms: number): void {
    this.hasBegun = false;
    this.isFinishing = true;
    clearTimeout(this.timer);
    this.timer = this.startTimer(ms);
  }

  /** Runs a read under the clock. */
  async read<T>(read: () => Promise<T>): Promise<T> {
    if (this.hasBegun) this.timer.refresh();
    this.isWaiting = true;
    try {
      return await read();
    } finally {
      this.isWaiting = false;
    }
  }

  /** Its owner calls this when the call is over. What the vendor has not sent by then is not wanted any more. */
  end(): void {
    clearTimeout(this.timer);
    this.parent.removeEventListener('abort', this.follow);
    this.controller.abort(CALL_IS_OVER);
  }

  private startTimer(ms: number): NodeJS.Timeout {
    const timer: NodeJS.Timeout = setTimeout(() => {
      if (this.isWaiting || this.isFinishing) this.controller.abort(this.expired(ms));
      else timer.refresh();
    }, ms);
    return timer;
  }
}
