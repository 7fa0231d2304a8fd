import { Logger } from '@nestjs/common';
import { CircuitBreaker, type CircuitView } from './circuit-breaker.js';
import { LatencyAverage } from './latency-average.js';
import { RecentCalls } from './recent-calls.js';

const logger = new Logger('Resilience');

/** What is known of one model at one provider. */
export class TargetState {
  readonly breaker: CircuitBreaker;
  readonly recent = new RecentCalls();
  readonly firstToken = new LatencyAverage();
  /** Calls that run. */
  inFlight = 0;
  /** When the vendor last refused the gateway's account (401, 402, 403). */
  accountRefusedAt: Date | undefined;

  /** @param key `provider/model` */
  constructor(key: string) {
    this.breaker = new CircuitBreaker(undefined, undefined, (view) => tell(key, view));
  }

  /** From the call to its first token, of streams; a decaying average, `undefined` where none was measured. */
  get firstTokenMs(): number | undefined {
    return this.firstToken.valueMs;
  }

  /** Whether forgetting it would do harm. */
  get isNeeded(): boolean {
    return this.inFlight > 0 || this.breaker.refuses;
  }
}

function tell(target: string, view: CircuitView): void {
  if (view.state !== 'open') return logger.log({ target }, 'the circuit is closed: the target works again');
  const { why, openForMs, isTold } = view;
  logger.warn(
    { target, why, openForMs: Math.round(openForMs), isTold },
    'the circuit is open: the target is left alone',
  );
}
