import { UpstreamError } from '../errors/upstream-error.js';
import type { CallTarget } from './call-target.js';
import type { Passage } from './circuit-breaker.js';
import type { ProviderState } from './provider-state.js';
import type { TargetState } from './target-state.js';
import { troubleIn } from './trouble.js';

interface LeasedCall {
  readonly target: CallTarget;
  readonly state: TargetState;
  readonly provider: ProviderState;
  readonly passage: Passage;
  readonly isRetry: boolean;
  /** Of the request: what an aborted call meets is not the vendor's fault. */
  readonly signal: AbortSignal;
}

/** What one running call holds. Whoever ends it gives everything back, once. */
export class CallLease {
  /** One call that finds out whether the target works again. */
  readonly isProbe: boolean;
  private readonly startedMs = performance.now();
  private hasBegun = false;
  private hasEnded = false;

  /** Its permits were taken by the one who makes it. */
  constructor(private readonly call: LeasedCall) {
    this.isProbe = call.passage.kind === 'probe';
  }

  /** The first token of a stream is there: what comes after it is the stream's own. Only the first call counts. */
  begun(): void {
    if (this.hasBegun || this.hasEnded) return;
    this.hasBegun = true;
    const { state, passage, provider, isRetry } = this.call;
    state.firstToken.record(this.elapsedMs);
    state.breaker.begun(passage);
    if (isRetry) provider.retryBudget.retryEnded();
  }

  /**
   * The call is over: the target works where there is no error. Only the first call counts.
   * @param error speaks against the target where it is an UpstreamError that is not about the request; any other, such
   * as that of a client that left, says nothing of the target
   */
  end(error?: unknown): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (error === undefined) this.finished();
    else this.failed(error);
    this.giveBack();
  }

  private finished(): void {
    const { state, passage } = this.call;
    state.breaker.succeeded(passage);
    state.recent.answered(this.elapsedMs);
  }

  private failed(error: unknown): void {
    const { state, passage, signal } = this.call;
    const upstream = error instanceof UpstreamError && !signal.aborted ? error : undefined;
    const trouble = upstream && troubleIn(upstream);
    if (trouble) state.breaker.failed(passage, trouble, upstream.retryAfterMs);
    else state.breaker.abandoned(passage);
    if (trouble || upstream?.isAboutAccount) state.recent.failed();
    if (upstream?.isAboutAccount) this.complain(upstream);
  }

  private complain({ failure }: UpstreamError): void {
    const { target, state, provider } = this.call;
    const { name } = target.provider;
    state.accountRefusedAt = new Date();
    const status = failure.reason === 'status' ? failure.status : undefined;
    provider.accountRefused({ provider: name, model: target.key.slice(name.length + 1), status });
  }

  private giveBack(): void {
    const { state, provider, isRetry } = this.call;
    if (!isRetry) provider.retryBudget.callEnded();
    else if (!this.hasBegun) provider.retryBudget.retryEnded();
    state.inFlight--;
    provider.bulkhead.leave();
  }

  private get elapsedMs(): number {
    return performance.now() - this.startedMs;
  }
}
