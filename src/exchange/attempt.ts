export type AttemptOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'failed'; readonly reason: string; readonly status?: number | undefined }
  | { readonly kind: 'cancelled' };

/** One call to a vendor. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  /** How long the gateway paused before it. */
  readonly waitedMs: number;
  /** `undefined` while it runs. */
  durationMs: number | undefined;
  outcome: AttemptOutcome | undefined;
}
