import type { IncomingMessage } from 'node:http';
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
      if (!hasOneHost(request.raw)) {
        return done(new GatewayError('invalid_request', 'The request must name one host.', { param: 'host' }));
      }
      if (!this.readiness.isDraining) return done();
      reply.header('connection', 'close');
      if (endpoint.startsWith('/health')) return done();
      done(new GatewayError('overloaded', 'The gateway is stopping.', { retryAfterMs: RETRY_AFTER_STOP_MS }));
    });
  }
}

/** By then a load balancer has seen that this process is not ready. */
const RETRY_AFTER_STOP_MS = 1_000;

/** Node takes the first of two `Host` headers; what stands in front may take the second. HTTP/1.0 needs none. */
function hasOneHost({ rawHeaders, httpVersionMinor }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts++;
  }
  return hosts === 1 || (hosts === 0 && httpVersionMinor === 0);
}
