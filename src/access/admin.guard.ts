import { hash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../config/load-settings.js';
import { GatewayError } from '../errors/gateway-error.js';
import { bearerOf } from './bearer.js';
import { KeyRing } from './key-ring.js';
import { isFromThisMachine } from './this-machine.js';

/**
 * Lets those in who have the admin key. While there is none the admin API is off, but for callers on this machine while
 * the gateway is open. A caller's own key opens nothing here.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly keyHash: Buffer | undefined;

  constructor(
    private readonly keyRing: KeyRing,
    { environment }: Settings,
  ) {
    const key = environment.GATEWAY_ADMIN_KEY;
    this.keyHash = key === undefined ? undefined : sha256(key);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.keyHash) return isPresented(this.keyHash, request);
    if (this.keyRing.isOpen && isFromThisMachine(request)) return true;
    throw new GatewayError('invalid_api_key', 'The admin API is off: no GATEWAY_ADMIN_KEY is set.');
  }
}

function isPresented(keyHash: Buffer, request: FastifyRequest): true {
  const key = bearerOf(request);
  if (key === undefined) {
    throw new GatewayError('invalid_api_key', 'The admin API needs its key: send it as "Authorization: Bearer …".');
  }
  // Hashes are of one length, and comparing them takes the same time wherever they differ.
  if (!timingSafeEqual(sha256(key), keyHash)) throw new GatewayError('invalid_api_key', 'The admin key is not valid.');
  return true;
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
