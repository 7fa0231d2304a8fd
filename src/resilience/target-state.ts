import { CircuitBreaker } from './circuit-breaker.js';
import { LatencyAverage } from './latency-average.js';
import { RecentCalls } from './recent-calls.js';

/** What is known of one model at one provider. */
export class TargetState {
  readonly breaker = new CircuitBreaker();
  readonly recent = new RecentCalls();
  readonly firstToken = new LatencyAverage();
  /** Calls that run. */
  inFlight = 0;
  /** When the vendor last refused the gateway's account (401, 402, 403). */
  lastAccountError: Date | undefined;

  /** From the call to its first token, of streams; a decaying average, `undefined` where none was measured. */
  get firstTokenMs(): number | undefined {
    return this.firstToken.valueMs;
  }

  /** Whether forgetting it would do harm. */
  get isNeeded(): boolean {
    return this.inFlight > 0 || this.breaker.refuses;
  }
}
