/** What keeps a model at a provider from being asked, if anything does. */
export class CircuitDto {
  /**
   * `closed`: it is asked. `open`: it is left alone. `half-open`: one call at a time finds out whether it works again.
   * @example closed
   */
  readonly state!: 'closed' | 'open' | 'half-open';
  /** Why it is open: calls have failed, or the vendor had too many of them. */
  readonly why?: 'failures' | 'throttled';
  /** For how long it is still open. */
  readonly retryAfterMs?: number;
}

/** How long the answered ones among the last calls took, in milliseconds. */
export class LatencyDto {
  /** @example 812.4 */
  readonly p50!: number;
  /** @example 2310.9 */
  readonly p95!: number;
  /** @example 4021.7 */
  readonly p99!: number;
}
