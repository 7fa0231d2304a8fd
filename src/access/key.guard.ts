import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { headerOf } from '../exchange/fastify.js';
import { bearerOf } from './bearer.js';
import { KeyRing, hashKey } from './key-ring.js';

const KEY_HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key'];

/** Decides who the caller is, from its key alone. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(private readonly keyRing: KeyRing) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { exchange } = request;
    const key = presentedKey(request);
    const sha256 = key === undefined ? undefined : hashKey(key);
    // In open mode a key opens nothing; it only tells callers apart that share an address.
    exchange.callerId = sha256 === undefined ? undefined : `key:${sha256}`;
    if (this.keyRing.isOpen) return true;

    if (sha256 === undefined) {
      throw new GatewayError('invalid_api_key', 'This gateway needs a key: send it as "Authorization: Bearer …".');
    }
    exchange.key = this.keyRing.find(sha256);
    if (exchange.key === undefined) throw new GatewayError('invalid_api_key', 'The key is not valid.');
    return true;
  }
}

function presentedKey(request: FastifyRequest): string | undefined {
  const bearer = bearerOf(request);
  if (bearer !== undefined) return bearer;
  return KEY_HEADERS.map((name) => headerOf(request, name)).find((key) => key !== undefined && key !== '');
}
