import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { Settings } from '../config/load-settings.js';
import { HealthController } from './health.controller.js';
import { LatencyInterceptor } from './latency.interceptor.js';
import { createLogger } from './logger.js';
import { Readiness } from './readiness.js';
import { RequestLog } from './request-log.js';
import { TracingInterceptor } from './tracing.interceptor.js';

@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [Settings],
      useFactory: ({ environment }: Settings) => ({
        pinoHttp: { logger: createLogger(environment), autoLogging: false },
        // Request lines come from the closed exchange, so the middleware of pino-http has nothing to do.
        forRoutes: [],
      }),
    }),
  ],
  controllers: [HealthController],
  providers: [
    Readiness,
    RequestLog,
    { provide: APP_INTERCEPTOR, useClass: TracingInterceptor },
    { provide: APP_INTERCEPTOR, useClass: LatencyInterceptor },
  ],
  exports: [Readiness, RequestLog],
})
export class ObservabilityModule {}
