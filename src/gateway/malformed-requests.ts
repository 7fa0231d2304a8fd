import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toErrorBody } from '../dialects/openai-chat/openai-chat.error.js';
import { GatewayError } from '../errors/gateway-error.js';
import { continueTrace, formatTraceparent } from '../exchange/trace-context.js';

const PHRASES: Readonly<Record<number, string>> = { 408: 'Request Timeout', 413: 'Content Too Large' };

/** What is no HTTP at all, by the code of Node's parser. */
const REFUSALS: Readonly<Record<string, () => GatewayError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: () => new GatewayError('request_timeout', 'The request did not arrive in time.'),
  HPE_HEADER_OVERFLOW: () => new GatewayError('request_too_large', 'The headers are larger than this gateway accepts.'),
};

/** Fastify's options for requests that reach no route and no filter: they get the contract's errors all the same. */
export const malformedRequests = { clientErrorHandler, frameworkErrors };

function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = REFUSALS[error.code ?? '']?.() ?? new GatewayError('invalid_request', 'The request is not HTTP.');
  const body = JSON.stringify(toErrorBody(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${PHRASES[refusal.status] ?? 'Bad Request'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${randomUUID()}`,
    `traceparent: ${newTraceparent()}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** A path that cannot be decoded. */
function frameworkErrors(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const refusal = new GatewayError('invalid_request', 'The path is malformed.');
  void reply
    .status(refusal.status)
    .header('x-request-id', randomUUID())
    .header('traceparent', newTraceparent())
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(toErrorBody(refusal)));
}

function newTraceparent(): string {
  return formatTraceparent(continueTrace(undefined, undefined));
}
