import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Settings } from './config/load-settings.js';
import { ExchangeHook } from './gateway/exchange.hook.js';
import { malformedRequests } from './gateway/malformed-requests.js';
import { serveDocs } from './docs.js';

/** Longer than the 60 s after which common load balancers drop an idle connection, so that they close it, not we. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** What a client may take to send its headers, and its whole request. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 300_000;
/** A part of a path is a model's name at most, which may be long and have many letters escaped. */
const MAX_PATH_PART_CHARACTERS = 1_024;

/** The application, ready to listen. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: settings.server.trustProxy,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A missing `Host` is refused by the gateway, in the shape of its other errors.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, requireHostHeader: false },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PATH_PART_CHARACTERS },
    ...malformedRequests,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.register(settings), adapter, {
    bodyParser: false,
    abortOnError: false,
    // What goes wrong before the logger is there is thrown, and shown once by main.
    logger: false,
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  // The body is handed on unread: ReadBodyPipe reads it, behind the guards.
  server.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload));
  app.get(ExchangeHook).register(server);
  serveDocs(app);
  await app.init();
  app.useLogger(app.get(Logger));
  return app;
}
