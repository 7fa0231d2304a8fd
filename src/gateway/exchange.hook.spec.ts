import Fastify, { type FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import pino from 'pino';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { GatewayError } from '../errors/gateway-error.js';
import { LoadMonitor } from '../observability/load-monitor.js';
import { Readiness } from '../observability/readiness.js';
import { RequestLog } from '../observability/request-log.js';
import { ExchangeHook } from './exchange.hook.js';
import { RunningRequests } from './running-requests.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const SERVED = ['/health/live', '/health/ready', '/metrics', '/admin/providers'];
const REFUSED = ['/v1/chat/completions', '/v1/messages', '/docs', '/healthy', '/adminer', '/v1/health'];

describe('ExchangeHook', () => {
  const root = pino({ level: 'silent' });
  const loggers = { root, lines: root };
  const readiness = new Readiness();
  const load = new LoadMonitor(settings, loggers);
  let server: FastifyInstance;
  let refusal: unknown;

  beforeEach(() => {
    server = Fastify();
    refusal = undefined;
    server.setErrorHandler((error, _request, reply) => {
      refusal = error;
      void reply.status(error instanceof GatewayError ? error.status : 500).send();
    });
    new ExchangeHook(new RequestLog(loggers), readiness, load, new RunningRequests(settings, readiness)).register(
      server,
    );
    for (const path of [...SERVED, ...REFUSED]) server.get(path, (_request, reply) => reply.send());
  });

  const statusOf = async (url: string): Promise<number> => (await server.inject({ url })).statusCode;

  it.each([...SERVED, ...REFUSED])('lets requests for %s in', async (path) => {
    expect(await statusOf(path)).toBe(200);
  });

  it.each(REFUSED)('refuses requests for %s under too much load, and says when to come back', async (path) => {
    vi.spyOn(load, 'isOverloaded', 'get').mockReturnValue(true);
    expect(await statusOf(path)).toBe(503);
    expect(refusal).toMatchObject({ kind: 'overloaded', retryAfterMs: 1_000, retryable: true });
    vi.restoreAllMocks();
  });

  it.each(SERVED)('serves %s under any load', async (path) => {
    vi.spyOn(load, 'isOverloaded', 'get').mockReturnValue(true);
    expect(await statusOf(path)).toBe(200);
    vi.restoreAllMocks();
  });
});
