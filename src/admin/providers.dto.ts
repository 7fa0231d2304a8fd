import { CircuitDto, LatencyDto } from './target-state.dto.js';

class ProviderConcurrencyDto {
  /** Calls that run. */
  readonly running!: number;
  /** Calls that wait for one of them to end. */
  readonly queued!: number;
  /**
   * How many may run at once.
   * @example 1000
   */
  readonly maxCalls!: number;
}

class ProviderRetriesDto {
  /** Retries that run or wait out their pause. */
  readonly running!: number;
}

/** A model that this process has called. */
export class ModelStateDto {
  /**
   * The vendor's name for it.
   * @example echo
   */
  readonly model!: string;
  readonly circuit!: CircuitDto;
  /** Calls that run. */
  readonly inFlight!: number;
  /**
   * The last calls, 256 at most, of which the error rate and the latency speak. A request that the vendor refused for what
   * is in it is none of them.
   */
  readonly calls!: number;
  /**
   * Of those calls, from 0 to 1.
   * @example 0.0125
   */
  readonly errorRate!: number | null;
  readonly latencyMs!: LatencyDto | null;
  /**
   * From the call to the first token of a stream, on average; recent ones count for more.
   * @example 240.5
   */
  readonly firstTokenMs!: number | null;
  /** When the vendor last refused the gateway's key or account. */
  readonly lastKeyRefusedAt?: string;
}

/** An account at a vendor. */
export class ProviderStateDto {
  /** @example simulated */
  readonly name!: string;
  /**
   * The vendor's module.
   * @example simulated
   */
  readonly type!: string;
  /**
   * The languages that it takes calls in; a client of another one is translated to the first.
   * @example ["openai-chat"]
   */
  readonly speaks!: string[];
  readonly concurrency!: ProviderConcurrencyDto;
  readonly retries!: ProviderRetriesDto;
  /** The models that were called, the latest first; the latest hundred. */
  readonly models!: ModelStateDto[];
}

export class ProviderStateListDto {
  readonly data!: ProviderStateDto[];
  /** Always null: the list is whole. */
  readonly next!: string | null;
}
