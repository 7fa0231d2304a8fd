import { CircuitDto } from './target-state.dto.js';

/** How long each part of a call may take, in milliseconds. */
export class PlannedTimeoutsDto {
  /** @example 5000 */
  readonly connectMs!: number;
  /**
   * Of a stream: until its first token.
   * @example 30000
   */
  readonly firstTokenMs?: number;
  /**
   * Of a stream: between two reads.
   * @example 15000
   */
  readonly idleMs?: number;
  /**
   * Of a JSON answer: until it begins, where another target can be asked after this one.
   * @example 300000
   */
  readonly headersMs?: number;
}

/** A model at a provider that would be asked. */
export class PlannedTargetDto {
  /** @example simulated */
  readonly provider!: string;
  /**
   * The vendor's name for the model.
   * @example echo
   */
  readonly model!: string;
  readonly circuit!: CircuitDto;
  /** Calls that run there. */
  readonly inFlight!: number;
  /**
   * From the call to the first token of a stream, on average; recent ones count for more.
   * @example 240.5
   */
  readonly firstTokenMs!: number | null;
  /**
   * The price of 3,000 tokens in and 1,000 tokens out, by which `cheapest` chooses.
   * @example "0.0175"
   */
  readonly typicalCostUsd!: string | null;
  readonly timeouts!: PlannedTimeoutsDto;
}

/** A model at a provider that cannot answer such a request. */
export class SkippedTargetDto {
  /** @example simulated */
  readonly provider!: string;
  /** @example echo */
  readonly model!: string;
  /** @example context_window */
  readonly reason!: string;
}

class PlannedRetryDto {
  /**
   * Calls to one target, the first one included.
   * @example 3
   */
  readonly maxAttempts!: number;
  /** @example 500 */
  readonly baseDelayMs!: number;
  /** @example 8000 */
  readonly maxDelayMs!: number;
  /**
   * Of a hundred calls at a provider, running or made, how many may be retries.
   * @example 20
   */
  readonly budgetPercent!: number;
}

/** What would happen now to such a request. */
export class ModelPlanDto {
  /** @example simulated/echo */
  readonly model!: string;
  /**
   * By which the order of the targets was found; `weighted` is a draw, and the next one may be another.
   * @example priority
   */
  readonly strategy!: string;
  readonly retry!: PlannedRetryDto;
  /**
   * The whole request may take: every attempt, every pause.
   * @example 600000
   */
  readonly totalMs!: number;
  /**
   * Of a stream: what is done after it was cut.
   * @example continue
   */
  readonly streamRecovery?: string;
  /** In the order in which they would be asked. One whose circuit is open is passed over while there is another. */
  readonly targets!: PlannedTargetDto[];
  readonly skipped!: SkippedTargetDto[];
}
