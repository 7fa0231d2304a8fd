import { Logger } from '@nestjs/common';
import { Bulkhead } from './bulkhead.js';
import { RetryBudget } from './retry-budget.js';

const MINUTE_MS = 60_000;
const logger = new Logger('Resilience');

interface RefusedCall {
  readonly provider: string;
  readonly model: string;
  readonly status: number | undefined;
}

/** What all calls to one provider share, whichever model they ask for. */
export class ProviderState {
  readonly bulkhead = new Bulkhead();
  readonly retryBudget = new RetryBudget();
  private complainedAtMs = -Infinity;

  /** Complains loudly, but once a minute: every call would fail in the same way. */
  accountRefused(call: RefusedCall): void {
    const now = performance.now();
    if (now - this.complainedAtMs < MINUTE_MS) return;
    this.complainedAtMs = now;
    logger.error(call, "the provider refuses the gateway's key");
  }
}
