import type { TokenUsage } from '../dialects/token-usage.js';

export type AttemptOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'failed'; readonly reason: string; readonly status?: number | undefined }
  | { readonly kind: 'cancelled' };

/** What the tokens of one call, or of an exchange, cost. Money is integer picodollars (10⁻¹² USD). */
export type Cost =
  | { readonly state: 'priced'; readonly picoUsd: bigint; readonly source: string }
  | { readonly state: 'free' }
  /** No price is known; it is not 0. */
  | { readonly state: 'unknown' };

/** The tokens that flowed in one call, and their price. */
export interface Spending {
  readonly usage: TokenUsage | undefined;
  readonly usageState: 'reported' | 'estimated';
  readonly cost: Cost;
}

/** One call to a vendor. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  /** How long the gateway paused before it. */
  readonly waitedMs: number;
  /** From the request's arrival until this call was made. */
  readonly startedMs: number;
  /** Whether it goes on with an answer that another call began. */
  readonly continues: boolean;
  /** `undefined` while it runs. */
  durationMs: number | undefined;
  outcome: AttemptOutcome | undefined;
  /** `undefined` where no tokens flowed. */
  spending: Spending | undefined;
}

/** A target that was not called. */
export interface SkippedTarget {
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
}
