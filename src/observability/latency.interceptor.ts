import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';

/**
 * Tells the caller how long the whole took and what the gateway's own share was, and closes the exchange of a request
 * that was answered. A stream has closed its own by then.
 */
@Injectable()
export class LatencyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const { exchange } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      tap(() => {
        if (exchange.isClosed) return;
        exchange.status = reply.statusCode;
        exchange.close();
        reply.header('x-gateway-latency-ms', exchange.latencyMs.toFixed(3));
        reply.header('x-gateway-overhead-ms', exchange.overheadMs.toFixed(3));
      }),
    );
  }
}
