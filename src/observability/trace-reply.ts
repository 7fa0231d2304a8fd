import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerOf } from '../exchange/fastify.js';
import { continueTrace, formatTraceparent } from '../exchange/trace-context.js';

/** Continues the caller's trace, or starts one, and names it on the reply. Does nothing the second time. */
export function traceReply(request: FastifyRequest, reply: FastifyReply): void {
  const { exchange } = request;
  if (exchange.trace) return;
  exchange.trace = continueTrace(headerOf(request, 'traceparent'), headerOf(request, 'tracestate'));
  reply.header('traceparent', formatTraceparent(exchange.trace));
}
