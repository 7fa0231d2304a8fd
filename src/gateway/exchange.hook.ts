import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { Exchange } from '../exchange/exchange.js';
import { headerOf } from '../exchange/fastify.js';
import { Readiness } from '../observability/readiness.js';
import { RequestLog } from '../observability/request-log.js';

/** Opens the exchange of every request before anything else looks at it. */
@Injectable()
export class ExchangeHook {
  constructor(
    private readonly requestLog: RequestLog,
    private readonly readiness: Readiness,
  ) {}

  register(server: FastifyInstance): void {
    const views = (exchange: Exchange): void => this.requestLog.record(exchange);
    server.decorateRequest('exchange');
    server.addHook('onRequest', (request, reply, done) => {
      const endpoint = request.routeOptions.url ?? 'unknown';
      request.exchange = new Exchange({ requestId: headerOf(request, 'x-request-id'), endpoint }, views);
      reply.header('x-request-id', request.exchange.id);
      if (!this.readiness.isDraining) return done();
      reply.header('connection', 'close');
      if (endpoint.startsWith('/health')) return done();
      done(new GatewayError('overloaded', 'The gateway is stopping.', { retryAfterMs: RETRY_AFTER_STOP_MS }));
    });
  }
}

/** By then a load balancer has seen that this process is not ready. */
const RETRY_AFTER_STOP_MS = 1_000;
