import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, normalizeIp, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { formatDuration } from './duration.js';

/** All addresses of one IPv6 customer. */
const IPV6_PREFIX = 64;

/**
 * Limits requests a minute for each caller's key, or for each address where there is no key, and tells every caller
 * where it stands.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override async handleRequest({ context, limit, ttl }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { totalHits, timeToExpire, isBlocked } = await this.storageService.increment(
      trackerOf(request),
      ttl,
      limit,
      0,
      'requests',
    );
    const resetMs = timeToExpire * 1000;
    reply.header('x-ratelimit-limit-requests', String(limit));
    reply.header('x-ratelimit-remaining-requests', String(Math.max(0, limit - totalHits)));
    reply.header('x-ratelimit-reset-requests', formatDuration(resetMs));
    if (isBlocked) {
      const message = `The limit of ${limit} requests a minute is reached. Try again in ${formatDuration(resetMs)}.`;
      throw new GatewayError('rate_limit_exceeded', message, { retryAfterMs: resetMs });
    }
    return true;
  }

  /** No route is left out. */
  protected override async shouldSkip(_context: ExecutionContext): Promise<boolean> {
    return false;
  }
}

function trackerOf(request: FastifyRequest): string {
  const { callerId } = request.exchange;
  return callerId ?? `address:${normalizeIp(request.ip, IPV6_PREFIX)}`;
}
