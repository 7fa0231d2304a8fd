import type { ThrottlerStorage } from '@nestjs/throttler';

/** What one hit did to its window. */
export interface LimitRecord {
  /** Hits in the running window, this one included. */
  readonly totalHits: number;
  /** Seconds, with fractions, until the window ends. */
  readonly timeToExpire: number;
  readonly isBlocked: boolean;
  readonly timeToBlockExpire: number;
}

/** Counts hits in fixed windows. One process counts in memory; several share a store. */
export abstract class LimitStore implements ThrottlerStorage {
  /**
   * Adds one hit.
   * @param key whose hit it is
   * @param ttlMs the window's length in milliseconds
   * @param limit hits allowed in one window
   */
  abstract increment(key: string, ttlMs: number, limit: number): Promise<LimitRecord>;
}
