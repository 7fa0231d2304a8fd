import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { Exchange } from '../exchange/exchange.js';
import { headerOf } from '../exchange/fastify.js';
import { LoadMonitor } from '../observability/load-monitor.js';
import { Readiness } from '../observability/readiness.js';
import { traceReply } from '../observability/trace-reply.js';
import { RequestLog } from '../observability/request-log.js';
import type { Deadline } from '../resilience/deadline.js';
import { RunningRequests, stopping } from './running-requests.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The one clock and abort signal of the request. */
    deadline: Deadline;
  }
}

/** Who watches the gateway, or looks for what is wrong with it, is served under any load. */
const ALWAYS_SERVED = /^\/(health|metrics|admin)(\/|$)/;
const RETRY_AFTER_OVERLOAD_MS = 1_000;

/** Opens the exchange of every request, and its deadline, before anything else looks at it. */
@Injectable()
export class ExchangeHook {
  constructor(
    private readonly requestLog: RequestLog,
    private readonly readiness: Readiness,
    private readonly load: LoadMonitor,
    private readonly running: RunningRequests,
  ) {}

  register(server: FastifyInstance): void {
    const views = (exchange: Exchange): void => this.requestLog.record(exchange);
    server.decorateRequest('exchange');
    server.decorateRequest('deadline');
    server.addHook('onRequest', (request, reply, done) => {
      const endpoint = request.routeOptions.url ?? 'unknown';
      request.exchange = new Exchange({ requestId: headerOf(request, 'x-request-id'), endpoint }, views);
      reply.header('x-request-id', request.exchange.id);
      if (!hasOneHost(request.raw)) {
        return done(new GatewayError('invalid_request', 'The request must name one host.', { param: 'host' }));
      }
      if (this.readiness.isDraining && !endpoint.startsWith('/health')) return done(stopping());
      if (this.load.isOverloaded && !ALWAYS_SERVED.test(endpoint)) return done(overloaded());
      request.deadline = this.running.start(reply.raw);
      done();
    });
    // What no interceptor has seen is put into its trace when it leaves.
    server.addHook('onSend', (request, reply, payload, done) => {
      traceReply(request, reply);
      done(null, payload);
    });
    // What no controller answers, such as the files of Swagger UI, ends here.
    server.addHook('onResponse', (request, reply, done) => {
      request.exchange.status = reply.statusCode;
      request.exchange.close();
      done();
    });
    // Those who were let finish have finished: what is left has not sent a whole request, or does not read.
    server.addHook('preClose', (done) => {
      server.server.closeAllConnections();
      done();
    });
  }
}

function overloaded(): GatewayError {
  const message = 'The gateway has more work than it can do in time.';
  return new GatewayError('overloaded', message, { retryAfterMs: RETRY_AFTER_OVERLOAD_MS });
}

/** Node takes the first of two `Host` headers; what stands in front may take the second. HTTP/1.0 needs none. */
function hasOneHost({ rawHeaders, httpVersionMinor }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts++;
  }
  return hosts === 1 || (hosts === 0 && httpVersionMinor === 0);
}
