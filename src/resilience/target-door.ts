import { CallLease } from './call-lease.js';
import type { CallTarget } from './call-target.js';
import type { CircuitBreaker, Passage } from './circuit-breaker.js';
import type { Deadline } from './deadline.js';
import { pause } from './pause.js';
import type { ProviderState } from './provider-state.js';
import type { TargetState } from './target-state.js';
import type { TargetStates } from './target-states.js';

/** Why a target was not called. */
export type Refusal = 'circuit_open' | 'busy';

/** The way of one request into one target: past its circuit, its provider's bulkhead and the retry budget. */
export class TargetDoor {
  private readonly state: TargetState;
  private readonly provider: ProviderState;

  constructor(
    states: TargetStates,
    private readonly target: CallTarget,
    private readonly budgetPercent: number,
    private readonly deadline: Deadline,
  ) {
    this.state = states.target(target.key);
    this.provider = states.provider(target.provider.name);
  }

  get circuit(): CircuitBreaker {
    return this.state.breaker;
  }

  /**
   * It may wait in the provider's line. An aborted request finds every target busy.
   * @param isRetry whether this request has asked the target before; where the retry budget is spent, it is busy
   */
  async enter(isRetry: boolean): Promise<CallLease | Refusal> {
    // What an open circuit refuses costs no budget.
    if (isRetry && this.circuit.refuses) return 'circuit_open';
    return this.admit(isRetry, () => this.pass());
  }

  /** Goes through whatever the circuit says. */
  force(isRetry: boolean): Promise<CallLease | Refusal> {
    const { breaker } = this.target;
    return this.admit(isRetry, async () => {
      if (!(await this.hasRoom())) return 'busy';
      return this.circuit.enter(breaker) ?? this.circuit.force(breaker);
    });
  }

  /**
   * Goes in once more, after a pause.
   * @throws the deadline's reason
   */
  enterAgain(waitMs: number): Promise<CallLease | Refusal> {
    return this.admit(true, async () => {
      await pause(waitMs, this.deadline.signal);
      return this.pass();
    });
  }

  /** A retry is under way from the moment at which it begins to wait. */
  private async admit(isRetry: boolean, pass: () => Promise<Passage | Refusal>): Promise<CallLease | Refusal> {
    const { retryBudget } = this.provider;
    if (isRetry && !retryBudget.takeRetry(this.budgetPercent)) return 'busy';
    let lease: CallLease | undefined;
    try {
      const passage = await pass();
      if (typeof passage === 'string') return passage;
      lease = this.lease(passage, isRetry);
      return lease;
    } finally {
      // From here on it is the lease that gives it back.
      if (isRetry && !lease) retryBudget.retryEnded();
    }
  }

  private async pass(): Promise<Passage | Refusal> {
    if (this.circuit.refuses) return 'circuit_open';
    if (!(await this.hasRoom())) return 'busy';
    const passage = this.circuit.enter(this.target.breaker);
    if (passage) return passage;
    // It opened while the call waited in line.
    this.provider.bulkhead.leave();
    return 'circuit_open';
  }

  private hasRoom(): boolean | Promise<boolean> {
    return this.provider.bulkhead.enter(this.target.concurrency, this.deadline.signal);
  }

  private lease(passage: Passage, isRetry: boolean): CallLease {
    const { target, state, provider } = this;
    if (!isRetry) provider.retryBudget.callBegan(this.budgetPercent);
    state.inFlight++;
    return new CallLease({ target, state, provider, passage, isRetry, signal: this.deadline.signal });
  }
}
