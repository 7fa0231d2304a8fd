import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cost } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import { formatUsd } from '../exchange/money.js';
import { formatTraceparent } from '../exchange/trace-context.js';

/** Tells the caller who answered. */
export function setTargetHeaders(reply: FastifyReply, { target, attempts }: Exchange): void {
  if (!target) return;
  reply.header('x-gateway-provider', target.provider);
  reply.header('x-gateway-model', headerText(target.model));
  reply.header('x-gateway-attempts', String(attempts.length));
}

/** Tells the caller what of its request, or of the answer, did not come through. */
export function setDroppedHeader(reply: FastifyReply, dropped: readonly string[]): void {
  if (dropped.length > 0) reply.header('x-gateway-dropped', headerText(namesOf(dropped).join(', ')));
}

/** Names of losses are of a request's own fields; proxies take a few kilobytes of headers. */
const MAX_NAMES = 32;
const MAX_NAME_LENGTH = 64;

/** What fits into a header of a list of names. */
export function namesOf(names: readonly string[]): readonly string[] {
  const shown = names.slice(0, MAX_NAMES).map((name) => name.replaceAll(',', '?').slice(0, MAX_NAME_LENGTH));
  return names.length > MAX_NAMES ? [...shown, `and ${names.length - MAX_NAMES} more`] : shown;
}

/** A decimal number of USD, or `unknown`. */
export function costText(cost: Cost | undefined): string {
  if (cost?.state === 'priced') return formatUsd(cost.picoUsd);
  return cost?.state === 'free' ? '0' : 'unknown';
}

/** What a stream says of itself before its terminal event, as a comment that every SSE parser skips. */
export function streamComment({ id, cost, target, continuedBy }: Exchange, dropped: readonly string[]): string {
  const summary = {
    id,
    cost_usd: costText(cost),
    provider: target?.provider,
    model: target?.model,
    ...(continuedBy.length > 0 && { continued: continuedBy }),
    ...(dropped.length > 0 && { dropped: namesOf(dropped) }),
  };
  return `: gateway ${JSON.stringify(summary)}\n\n`;
}

const ALLOWED = new Set(['anthropic-beta', 'anthropic-version', 'openai-beta', 'user-agent']);

/** The caller's headers that a vendor may see, and the trace. */
export function vendorHeaders({ headers, exchange }: FastifyRequest): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string' && (ALLOWED.has(name) || name.startsWith('x-stainless-'))) sent[name] = value;
  }
  const { trace } = exchange;
  if (trace) sent['traceparent'] = formatTraceparent(trace);
  if (trace?.tracestate !== undefined) sent['tracestate'] = trace.tracestate;
  return sent;
}

/** A model's name comes from a request or the settings and may hold what a header must not. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
