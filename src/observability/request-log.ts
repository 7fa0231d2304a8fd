import { Injectable } from '@nestjs/common';
import type { Attempt, Cost } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import { formatUsd } from '../exchange/money.js';
import { Loggers } from './logger.js';
import { redactText } from './redaction.js';

const QUIET_ENDPOINT = /^\/(health|docs|metrics)/;

/** The log's view of a closed exchange: one line for each request, without prompts, answers or keys. */
@Injectable()
export class RequestLog {
  constructor(private readonly loggers: Loggers) {}

  record(exchange: Exchange): void {
    this.loggers.lines[levelOf(exchange)](lineOf(exchange), 'request');
  }
}

function levelOf({ status, outcome, endpoint }: Exchange): 'error' | 'warn' | 'info' | 'debug' {
  if (outcome === 'cancelled') return 'info';
  if (status >= 500 || (outcome === 'failed' && status < 400)) return 'error';
  if (status >= 400) return 'warn';
  return QUIET_ENDPOINT.test(endpoint) ? 'debug' : 'info';
}

function lineOf(exchange: Exchange): object {
  const { usage, usageState, cost, error } = exchange;
  return {
    requestId: exchange.id,
    traceId: exchange.trace?.traceId,
    endpoint: exchange.endpoint,
    key: exchange.key,
    dialect: exchange.dialect,
    stream: exchange.stream,
    modelRequested: withoutKeys(exchange.modelRequested),
    provider: exchange.target?.provider,
    model: withoutKeys(exchange.target?.model),
    status: exchange.status,
    outcome: exchange.outcome,
    finishReason: exchange.finishReason,
    usage: usage && { ...usage, state: usageState },
    cost: cost && { usd: costUsd(cost), state: cost.state },
    latencyMs: round(exchange.latencyMs),
    firstTokenMs: round(exchange.firstTokenMs),
    upstreamMs: round(exchange.upstreamMs),
    overheadMs: round(exchange.overheadMs),
    attempts: exchange.attempts.length,
    trail: trailOf(exchange),
    continuedBy: exchange.continuedBy.length > 0 ? exchange.continuedBy.map(redactText) : undefined,
    error: error && { code: error.row.code, message: redactText(error.message) },
  };
}

/** How the answer was come by, where that is more than one call. */
function trailOf({ attempts, skipped }: Exchange): object | undefined {
  if (attempts.length < 2 && skipped.length === 0) return undefined;
  return {
    attempts: attempts.map(attemptOf),
    skipped: skipped.map(({ provider, model, reason }) => ({ provider, model: redactText(model), reason })),
  };
}

function attemptOf({ provider, model, continues, outcome, spending, ...times }: Attempt): object {
  return {
    provider,
    model: redactText(model),
    outcome: outcome?.kind,
    reason: outcome?.kind === 'failed' ? outcome.reason : undefined,
    status: outcome?.kind === 'failed' ? outcome.status : undefined,
    continues: continues || undefined,
    startedMs: round(times.startedMs),
    waitedMs: round(times.waitedMs),
    durationMs: round(times.durationMs),
    usd: spending && costUsd(spending.cost),
  };
}

function costUsd(cost: Cost): string | null {
  if (cost.state === 'unknown') return null;
  return cost.state === 'free' ? '0' : formatUsd(cost.picoUsd);
}

/** Milliseconds to the microsecond. */
function round(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
}

/** The one text of a line that comes from a request: a caller may have mistaken the field. */
function withoutKeys(model: string | undefined): string | undefined {
  return model === undefined ? undefined : redactText(model);
}
