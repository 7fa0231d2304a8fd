import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type LimitRecord, LimitStore } from './limit-store.js';

/** Windows of one process. A key's window is forgotten when it ends. */
@Injectable()
export class MemoryLimitStore extends LimitStore {
  private readonly windows = new RateLimiterMemory({ points: 1, duration: 0 });

  async increment(key: string, ttlMs: number, limit: number): Promise<LimitRecord> {
    const { consumedPoints, msBeforeNext } = await this.windows.penalty(key, 1, { customDuration: ttlMs / 1000 });
    const timeToExpire = msBeforeNext / 1000;
    const isBlocked = consumedPoints > limit;
    return { totalHits: consumedPoints, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
  }
}
