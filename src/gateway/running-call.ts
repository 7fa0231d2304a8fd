import { UpstreamError } from '../errors/upstream-error.js';
import type { Attempt, AttemptOutcome } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Call } from '../resilience/resilience.js';
import type { Target } from '../routing/target.js';

const NOBODYS_FAULT = new Error('the call says nothing of the target');

/** One call to a vendor while it runs: its record in the exchange, and the permits that it holds. */
export class RunningCall {
  readonly attempt: Attempt;

  /** @param continues whether it goes on with an answer that another call began */
  constructor(
    private readonly exchange: Exchange,
    readonly target: Target,
    private readonly call: Call,
    continues = false,
  ) {
    const { provider, model } = target;
    const { waitedMs } = call;
    this.attempt = exchange.startAttempt({ provider: provider.name, model }, { waitedMs, continues });
  }

  /** The first token is there. */
  begun(): void {
    this.call.lease.begun();
  }

  /** It came to nothing. The permits are given back by `Resilience.run`, which may use them for another try. */
  failed(error: unknown): void {
    this.exchange.endAttempt(this.attempt, outcomeOf(error));
  }

  /**
   * The answer is there, or broke off with this error. Only the first call counts.
   * @param isVendorsFault whether the error may speak against the target
   */
  end(error?: unknown, isVendorsFault = true): void {
    this.exchange.endAttempt(this.attempt, error === undefined ? { kind: 'ok' } : outcomeOf(error));
    this.call.lease.end(error === undefined || isVendorsFault ? error : NOBODYS_FAULT);
  }
}

function outcomeOf(error: unknown): AttemptOutcome {
  if (!(error instanceof UpstreamError)) return { kind: 'cancelled' };
  const { failure } = error;
  return { kind: 'failed', reason: failure.reason, status: failure.reason === 'status' ? failure.status : undefined };
}
