import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { HealthController } from './health.controller.js';
import { LatencyInterceptor } from './latency.interceptor.js';
import { LoadMonitor } from './load-monitor.js';
import { Loggers } from './logger.js';
import { Readiness } from './readiness.js';
import { RequestLog } from './request-log.js';
import { TracingInterceptor } from './tracing.interceptor.js';

@Module({ providers: [Loggers], exports: [Loggers] })
class LoggersModule {}

@Module({
  imports: [
    LoggersModule,
    LoggerModule.forRootAsync({
      imports: [LoggersModule],
      inject: [Loggers],
      useFactory: ({ root }: Loggers) => ({
        pinoHttp: { logger: root, autoLogging: false },
        // Request lines come from the closed exchange, so the middleware of pino-http has nothing to do.
        forRoutes: [],
      }),
    }),
  ],
  controllers: [HealthController],
  providers: [
    LoadMonitor,
    Readiness,
    RequestLog,
    { provide: APP_INTERCEPTOR, useClass: TracingInterceptor },
    { provide: APP_INTERCEPTOR, useClass: LatencyInterceptor },
  ],
  exports: [LoadMonitor, Readiness, RequestLog],
})
export class ObservabilityModule {}
