import type {
  BreakerSettings,
  CapabilitySettings,
  ConcurrencySettings,
  RetrySettings,
  Strategy,
  TimeoutSettings,
} from '../config/settings.js';
import type { Provider } from '../providers/provider.js';

/** One place that may answer a request. */
export interface Target {
  readonly provider: Provider;
  /** The vendor's name for the model. */
  readonly model: string;
  /** `provider/model`: what is known of a place is kept under it. */
  readonly key: string;
  /** Its share where the strategy is `weighted`. */
  readonly weight: number;
  /** What the settings say that it takes. */
  readonly capabilities: CapabilitySettings | undefined;
  readonly timeouts: TimeoutSettings;
  readonly breaker: BreakerSettings;
  readonly concurrency: ConcurrencySettings;
}

/** Where a model may be asked for, as the settings say it. */
export interface ModelRoute {
  readonly strategy: Strategy;
  readonly targets: readonly Target[];
  readonly retry: RetrySettings;
  /** Of the whole request. */
  readonly totalMs: number;
  readonly streamRecovery: 'continue' | 'error';
}

/** Why a target is not asked. */
export type SkipReason =
  | 'context_window'
  | 'images'
  | 'tools'
  | 'json_schema'
  | 'no_embeddings'
  | 'cannot_be_sent'
  | 'circuit_open'
  | 'busy'
  | 'same_context';

export interface Skip {
  readonly target: Target;
  readonly reason: SkipReason;
}

/** Where one request may go, in order. */
export interface Plan extends Omit<ModelRoute, 'targets'> {
  /** In the order in which to ask them. */
  readonly targets: readonly Target[];
  /** Those that this request cannot be sent to. */
  readonly skipped: readonly Skip[];
}

/** A JSON answer comes when its last token was written. The number is chosen, not measured. */
const FIRST_TOKENS_IN_AN_ANSWER = 10;

/** How long a JSON answer may take at a target after which another one can be asked. */
export function answerTimeoutMs({ timeouts }: Target): number {
  return timeouts.headersMs ?? FIRST_TOKENS_IN_AN_ANSWER * timeouts.firstTokenMs;
}
