import { randomUUID } from 'node:crypto';
import type { TokenUsage } from '../dialects/token-usage.js';
import type { GatewayError } from '../errors/gateway-error.js';
import type { Attempt, AttemptOutcome } from './attempt.js';
import type { TraceContext } from './trace-context.js';

/** What the tokens of one exchange cost. Money is integer picodollars (10⁻¹² USD). */
export type Cost =
  | { readonly state: 'priced'; readonly picoUsd: bigint; readonly source: string }
  | { readonly state: 'free' }
  /** No price is known; it is not 0. */
  | { readonly state: 'unknown' };

export type Outcome = 'ok' | 'failed' | 'cancelled';

/** The model that answers, as the settings name it. */
export interface ExchangeTarget {
  readonly provider: string;
  readonly model: string;
}

interface ExchangeStart {
  /** The caller's own id, kept when it is a valid one. */
  readonly requestId?: string | undefined;
  /** The route's pattern, never the raw URL. */
  readonly endpoint: string;
}

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * The record of one request's life. It is opened when the request arrives and closed exactly once; headers are views of
 * the open record; the log line, and later the ledger row, span and metrics, are views of the closed one.
 */
export class Exchange {
  readonly id: string;
  readonly endpoint: string;
  readonly time = new Date();
  readonly attempts: Attempt[] = [];
  /** Name of the caller's key; `undefined` in open mode. */
  key: string | undefined;
  /** Whose limits apply: derived from the key alone, `undefined` for a caller without one. Never logged. */
  callerId: string | undefined;
  trace: TraceContext | undefined;
  dialect: string | undefined;
  stream: boolean | undefined;
  modelRequested: string | undefined;
  target: ExchangeTarget | undefined;
  usage: TokenUsage | undefined;
  usageState: 'reported' | 'estimated' | undefined;
  cost: Cost | undefined;
  finishReason: string | undefined;
  status = 200;
  outcome: Outcome = 'ok';
  error: GatewayError | undefined;
  private readonly startedAtMs = performance.now();
  private firstTokenAtMs: number | undefined;
  private upstreamStartedAtMs: number | undefined;
  private upstreamEndedAtMs: number | undefined;
  private closedAtMs: number | undefined;

  constructor(
    start: ExchangeStart,
    private readonly onClose: (exchange: Exchange) => void = () => {},
  ) {
    const { requestId } = start;
    this.id = requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : randomUUID();
    this.endpoint = start.endpoint;
  }

  /** Opens an attempt on a target. The function that it returns ends it; only the first call counts. */
  startAttempt(target: ExchangeTarget, waitedMs: number): (outcome: AttemptOutcome) => void {
    const startedAtMs = performance.now();
    this.upstreamStartedAtMs ??= startedAtMs;
    this.upstreamEndedAtMs = undefined;
    this.target = target;
    const attempt: Attempt = { ...target, waitedMs, durationMs: undefined, outcome: undefined };
    this.attempts.push(attempt);
    return (outcome) => {
      if (attempt.outcome !== undefined) return;
      this.upstreamEndedAtMs = performance.now();
      attempt.durationMs = this.upstreamEndedAtMs - startedAtMs;
      attempt.outcome = outcome;
    };
  }

  markFirstToken(): void {
    this.firstTokenAtMs ??= performance.now();
  }

  /** Records why the caller got no whole answer. The first reason stays. */
  fail(error: GatewayError): void {
    if (this.error || this.isClosed) return;
    this.error = error;
    this.status = error.status;
    this.outcome = error.kind === 'client_closed_request' ? 'cancelled' : 'failed';
  }

  /** Ends the record and hands it to its views. Later calls do nothing. */
  close(): void {
    if (this.isClosed) return;
    this.closedAtMs = performance.now();
    this.onClose(this);
  }

  get isClosed(): boolean {
    return this.closedAtMs !== undefined;
  }

  /** From the request's arrival until now, or until it was closed. */
  get latencyMs(): number {
    return (this.closedAtMs ?? performance.now()) - this.startedAtMs;
  }

  get firstTokenMs(): number | undefined {
    return this.firstTokenAtMs === undefined ? undefined : this.firstTokenAtMs - this.startedAtMs;
  }

  /** From the first call to a vendor until the last one's end, waits between them included. */
  get upstreamMs(): number {
    if (this.upstreamStartedAtMs === undefined) return 0;
    return (this.upstreamEndedAtMs ?? performance.now()) - this.upstreamStartedAtMs;
  }

  /** The gateway's own share: what is left of the whole without the vendor. */
  get overheadMs(): number {
    return Math.max(0, this.latencyMs - this.upstreamMs);
  }
}
