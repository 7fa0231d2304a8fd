import { type ExecutionContext, Injectable, type OnModuleInit } from '@nestjs/common';
import { ThrottlerGuard, normalizeIp } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { formatDuration } from './duration.js';

/** All addresses of one IPv6 customer. */
const IPV6_PREFIX = 64;

/** Whose clients read limits in Anthropic's headers. */
const ANTHROPIC_PATH = '/v1/messages';

/** The limit's name in the throttler's settings. */
const REQUESTS = 'requests';

/**
 * Limits requests a minute for each caller's key, or for each address where there is no key, and tells every caller
 * where it stands. The one limit is the same on every route, so the throttler's search for a route's own decorators,
 * which costs more than the counting, is left out.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard implements OnModuleInit {
  private limit = 0;
  private windowMs = 0;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    const requests = this.throttlers.find(({ name }) => name === REQUESTS);
    if (typeof requests?.limit !== 'number' || typeof requests.ttl !== 'number') throw new Error('no limit is set');
    this.limit = requests.limit;
    this.windowMs = requests.ttl;
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { limit, windowMs } = this;
    const hit = await this.storageService.increment(trackerOf(request), windowMs, limit, 0, REQUESTS);
    const resetMs = hit.timeToExpire * 1000;
    const reply = http.getResponse<FastifyReply>();
    const remaining = String(Math.max(0, limit - hit.totalHits));
    reply.header('x-ratelimit-limit-requests', String(limit));
    reply.header('x-ratelimit-remaining-requests', remaining);
    reply.header('x-ratelimit-reset-requests', formatDuration(resetMs));
    if (request.url.startsWith(ANTHROPIC_PATH)) {
      reply.header('anthropic-ratelimit-requests-limit', String(limit));
      reply.header('anthropic-ratelimit-requests-remaining', remaining);
      reply.header('anthropic-ratelimit-requests-reset', new Date(Date.now() + resetMs).toISOString());
    }
    if (!hit.isBlocked) return true;
    const message = `The limit of ${limit} requests a minute is reached. Try again in ${formatDuration(resetMs)}.`;
    throw new GatewayError('rate_limit_exceeded', message, { retryAfterMs: resetMs });
  }
}

function trackerOf({ exchange, ip }: FastifyRequest): string {
  return exchange.callerId ?? `address:${normalizeIp(ip, IPV6_PREFIX)}`;
}
