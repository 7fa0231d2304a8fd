import type { RetrySettings, TimeoutSettings } from '../config/settings.js';
import type { Provider } from '../providers/provider.js';

/** One place that may answer a request. */
export interface Target {
  readonly provider: Provider;
  /** The vendor's name for the model. */
  readonly model: string;
}

/** Where a request may go, in order, and how long it may take. */
export interface Plan {
  readonly targets: readonly Target[];
  readonly retry: RetrySettings;
  readonly timeouts: TimeoutSettings;
}
