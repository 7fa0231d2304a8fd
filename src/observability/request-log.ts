import { Injectable } from '@nestjs/common';
import type { Cost, Exchange } from '../exchange/exchange.js';
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
    error: error && { code: error.row.code, message: redactText(error.message) },
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
