import { randomUUID } from 'node:crypto';
import type { TokenUsage } from '../dialects/token-usage.js';
import type { GatewayError } from '../errors/gateway-error.js';
import type { Attempt, AttemptOutcome, Cost, SkippedTarget } from './attempt.js';
import { totalSpending } from './total-spending.js';
import type { TraceContext } from './trace-context.js';

export type Outcome = 'ok' | 'failed' | 'cancelled';

/** The model that answers, as the settings name it. */
export interface ExchangeTarget {
  readonly provider: string;
  readonly model: string;
}

interface AttemptStart {
  readonly waitedMs: number;
  readonly continues: boolean;
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
  /** Targets that were not called, with the reason. */
  readonly skipped: SkippedTarget[] = [];
  /** Who went on with an answer that broke off, in order: `provider/model`. */
  readonly continuedBy: string[] = [];
  /** Name of the caller's key; `undefined` in open mode. */
  key: string | undefined;
  /** Whose limits apply: derived from the key alone, `undefined` for a caller without one. Never logged. */
  callerId: string | undefined;
  trace: TraceContext | undefined;
  dialect: string | undefined;
  stream: boolean | undefined;
  modelRequested: string | undefined;
  /** Who answers; of an answer that another one went on with, who began it. */
  target: ExchangeTarget | undefined;
  /** Of all calls in which tokens flowed. */
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

  /** Opens an attempt on a target. `endAttempt` ends it. */
  startAttempt(target: ExchangeTarget, { waitedMs, continues }: AttemptStart): Attempt {
    const startedAtMs = performance.now();
    this.upstreamStartedAtMs ??= startedAtMs;
    this.upstreamEndedAtMs = undefined;
    if (!continues) this.target = target;
    const attempt: Attempt = {
      ...target,
      waitedMs,
      startedMs: startedAtMs - this.startedAtMs,
      continues,
      durationMs: undefined,
      outcome: undefined,
      spending: undefined,
    };
    this.attempts.push(attempt);
    return attempt;
  }

  /** Only the first call for an attempt counts. */
  endAttempt(attempt: Attempt, outcome: AttemptOutcome): void {
    if (attempt.outcome !== undefined) return;
    this.upstreamEndedAtMs = performance.now();
    attempt.durationMs = this.upstreamEndedAtMs - this.startedAtMs - attempt.startedMs;
    attempt.outcome = outcome;
  }

  /** Records why a target was not called. */
  skip(
    { provider, model }: { readonly provider: { readonly name: string }; readonly model: string },
    reason: string,
  ): void {
    this.skipped.push({ provider: provider.name, model, reason });
  }

  /** Adds up what the attempts have cost. */
  tally(): void {
    const total = totalSpending(this.attempts.flatMap(({ spending }) => spending ?? []));
    this.usage = total?.usage;
    this.usageState = total?.usageState;
    this.cost = total?.cost;
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
