import { IncomingMessage } from 'node:http';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { GatewayError } from '../errors/gateway-error.js';

/**
 * Reads a request's body. A pipe does it, and not Fastify, because guards come before pipes: a caller without a key, or
 * over its limit, cannot make the gateway hold a single byte.
 */
@Injectable()
export class ReadBodyPipe implements PipeTransform<unknown, Promise<Buffer>> {
  private readonly maxBytes: number;

  constructor({ server }: Settings) {
    this.maxBytes = server.maxBodyBytes;
  }

  /** @throws GatewayError `request_too_large`; `client_closed_request` when the client leaves before its body is whole */
  async transform(request: unknown): Promise<Buffer> {
    if (!(request instanceof IncomingMessage)) return Buffer.alloc(0);
    if (request.destroyed) throw left();
    if (Number(request.headers['content-length'] ?? 0) > this.maxBytes) throw tooLarge(this.maxBytes);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > this.maxBytes) reject(tooLarge(this.maxBytes));
        else chunks.push(chunk);
      });
      request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
      request.once('error', () => reject(left()));
      request.once('close', () => {
        if (!request.readableEnded) reject(left());
      });
    });
  }
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError(
    'request_too_large',
    `The body is larger than the ${maxBytes} bytes that this gateway accepts.`,
  );
}

function left(): GatewayError {
  return new GatewayError('client_closed_request', 'The client closed the connection before its request was whole.');
}
