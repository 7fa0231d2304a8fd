import type { BreakerSettings, ConcurrencySettings } from '../config/settings.js';

/** What this room needs to know of a target. */
export interface CallTarget {
  /** `provider/model`: what is known of a target is kept under it. */
  readonly key: string;
  readonly provider: { readonly name: string };
  readonly breaker: BreakerSettings;
  readonly concurrency: ConcurrencySettings;
}
