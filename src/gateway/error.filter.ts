import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { clientLanguages } from '../dialects/dialects.js';
import { GatewayError } from '../errors/gateway-error.js';
import { Readiness } from '../observability/readiness.js';
import { traceReply } from '../observability/trace-reply.js';
import { clientDialectOf } from './client-dialect-of.js';
import { setTargetHeaders } from './gateway-headers.js';
import { KnownSecrets } from './known-secrets.js';
import { VendorRefusal, vendorWords } from './vendor-refusal.js';

/** Answers every failure with its row of the error table, and closes the exchange that failed. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: PinoLogger,
    private readonly readiness: Readiness,
    private readonly secrets: KnownSecrets,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toGatewayError(thrown);
    if (error.kind === 'internal_error') {
      this.logger.error({ err: thrown, requestId: request.exchange.id }, 'unexpected error');
    }
    traceReply(request, reply);
    request.exchange.fail(error);
    request.exchange.close();
    if (reply.sent || reply.raw.destroyed) {
      reply.raw.destroy();
      return;
    }
    // What is left of a body that is too large is not worth reading.
    if (this.readiness.isDraining || error.kind === 'request_too_large') reply.header('connection', 'close');
    setTargetHeaders(reply, request.exchange);
    setRetryHeaders(reply, error);
    const said = (error instanceof VendorRefusal ? error.body?.toString() : undefined) ?? errorBody(error, request);
    const body = Buffer.from(error instanceof VendorRefusal ? this.secrets.mask(said) : said);
    void reply.status(error.status).header('content-type', 'application/json; charset=utf-8').send(body);
  }
}

/** The failure in the words of the caller's own dialect. */
function errorBody(error: GatewayError, request: FastifyRequest): string {
  const { dialect } = clientLanguages[clientDialectOf(request)];
  const body = dialect.errorBody(error, { requestId: request.exchange.id, vendor: vendorWords(error) });
  return JSON.stringify(body);
}

function setRetryHeaders(reply: FastifyReply, error: GatewayError): void {
  const { retryable, retryAfterMs } = error;
  if (!retryable) reply.header('x-should-retry', 'false');
  if (retryAfterMs === undefined) return;
  reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  reply.header('retry-after-ms', String(Math.ceil(retryAfterMs)));
}

/** What Fastify and Nest refuse before a controller sees it, by status; their own words may quote the request. */
const REFUSALS: Readonly<Record<number, () => GatewayError>> = {
  404: () => new GatewayError('not_found', 'No such endpoint. /docs lists those that exist.'),
  408: () => new GatewayError('request_timeout', 'The request did not arrive in time.'),
  413: () => new GatewayError('request_too_large', 'The body is larger than this gateway accepts.'),
  415: () =>
    new GatewayError('invalid_request', 'Send the body as "content-type: application/json".', {
      param: 'content-type',
    }),
};

function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const status = statusOf(thrown) ?? 500;
  const refusal = REFUSALS[status]?.();
  if (refusal) return refusal;
  if (status < 500) return new GatewayError('invalid_request', 'The request is malformed.', { cause: thrown });
  return new GatewayError('internal_error', 'The gateway failed.', { cause: thrown });
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}
