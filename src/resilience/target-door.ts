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

  /** It may wait in the provider's line. An aborted request finds every target busy. */
  async enter(): Promise<CallLease | Refusal> {
    const passage = await this.pass();
    return typeof passage === 'string' ? passage : this.firstCall(passage);
  }

  /** Goes through whatever the circuit says. `undefined` where the provider is busy. */
  async force(): Promise<CallLease | undefined> {
    const { breaker } = this.target;
    if (!(await this.hasRoom())) return undefined;
    return this.firstCall(this.circuit.enter(breaker) ?? this.circuit.force(breaker));
  }

  /**
   * Goes in once more, after a pause.
   * @returns `undefined` where the retry budget is spent, or the target cannot be entered any more
   * @throws the deadline's reason
   */
  async enterAgain(waitMs: number): Promise<CallLease | undefined> {
    const { retryBudget } = this.provider;
    if (!retryBudget.takeRetry(this.budgetPercent)) return undefined;
    let lease: CallLease | undefined;
    try {
      await pause(waitMs, this.deadline.signal);
      const passage = await this.pass();
      if (typeof passage !== 'string') lease = this.lease(passage, true);
      return lease;
    } finally {
      // From here on it is the lease that gives it back.
      if (!lease) retryBudget.retryEnded();
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

  private firstCall(passage: Passage): CallLease {
    this.provider.retryBudget.callBegan(this.budgetPercent);
    return this.lease(passage, false);
  }

  private lease(passage: Passage, isRetry: boolean): CallLease {
    const { target, state, provider } = this;
    state.inFlight++;
    return new CallLease({ target, state, provider, passage, isRetry, signal: this.deadline.signal });
  }
}
