import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { Settings } from '../config/load-settings.js';
import { LimitStore } from './limit-store.js';
import { MemoryLimitStore } from './memory-limit-store.js';

const MINUTE_MS = 60_000;

@Module({ providers: [{ provide: LimitStore, useClass: MemoryLimitStore }], exports: [LimitStore] })
class LimitStoreModule {}

@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [LimitStoreModule],
      inject: [Settings, LimitStore],
      useFactory: (settings: Settings, storage: LimitStore) => ({
        throttlers: [{ name: 'requests', ttl: MINUTE_MS, limit: settings.limits.requestsPerMinute }],
        storage,
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class RateLimitingModule {}
