import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { Exchange } from '../exchange/exchange.js';
import { continueTrace } from '../exchange/trace-context.js';
import type { Loggers } from './logger.js';
import { RequestLog } from './request-log.js';

/** The line of one exchange, as an operator reads it. */
function lineOf(fill: (exchange: Exchange) => void, endpoint = '/v1/chat/completions'): Record<string, unknown> {
  const lines: string[] = [];
  const options = { level: 'trace', formatters: { level: (level: string) => ({ level }) } };
  const output = pino(options, { write: (line: string) => void lines.push(line) });
  const loggers: Loggers = { root: output, lines: output };
  const exchange = new Exchange({ endpoint }, (closed) => new RequestLog(loggers).record(closed));
  fill(exchange);
  exchange.close();
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('RequestLog', () => {
  it('tells the whole story of a request in one line', () => {
    const trace = continueTrace(undefined, undefined);
    const line = lineOf((exchange) => {
      Object.assign(exchange, { trace, dialect: 'openai-chat', stream: true, modelRequested: 'smart', key: 'team' });
      const [first, second] = [
        exchange.startAttempt({ provider: 'claude', model: 'sonnet' }, { waitedMs: 0, continues: false }),
        exchange.startAttempt({ provider: 'openai', model: 'gpt-4o' }, { waitedMs: 5, continues: false }),
      ];
      exchange.endAttempt(first, { kind: 'failed', reason: 'network' });
      exchange.endAttempt(second, { kind: 'ok' });
      exchange.skipped.push({ provider: 'azure', model: 'gpt-4o', reason: 'circuit_open' });
      exchange.markFirstToken();
      exchange.usage = { inputTokens: 3, outputTokens: 4, cacheReadTokens: 0 };
      exchange.usageState = 'reported';
      exchange.cost = { state: 'priced', picoUsd: 123_000_000n, source: 'settings' };
      exchange.finishReason = 'stop';
    });
    expect(line).toMatchObject({
      level: 'info',
      requestId: expect.any(String) as string,
      traceId: trace.traceId,
      endpoint: '/v1/chat/completions',
      key: 'team',
      dialect: 'openai-chat',
      stream: true,
      modelRequested: 'smart',
      provider: 'openai',
      model: 'gpt-4o',
      status: 200,
      outcome: 'ok',
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 4, cacheReadTokens: 0, state: 'reported' },
      cost: { usd: '0.000123', state: 'priced' },
      attempts: 2,
    });
    for (const name of ['latencyMs', 'firstTokenMs', 'upstreamMs', 'overheadMs'])
      expect(line[name]).toBeTypeOf('number');
  });

  it.each([
    [{ state: 'unknown' } as const, { usd: null, state: 'unknown' }],
    [{ state: 'free' } as const, { usd: '0', state: 'free' }],
  ])('writes the cost %j as %j', (cost, written) => {
    expect(lineOf((exchange) => Object.assign(exchange, { cost }))).toMatchObject({ cost: written });
  });

  it.each<[level: string, what: string, fill: (exchange: Exchange) => void, endpoint?: string]>([
    ['info', 'an answer', () => {}],
    ['debug', 'a health check', () => {}, '/health/ready'],
    ['debug', 'a page of the documentation', () => {}, '/docs/static/*'],
    ['warn', 'a request that was wrong', (exchange) => exchange.fail(new GatewayError('invalid_request', 'x'))],
    ['warn', 'a limit', (exchange) => exchange.fail(new GatewayError('rate_limit_exceeded', 'x'))],
    ['warn', 'a failed health check', (exchange) => exchange.fail(new GatewayError('not_found', 'x')), '/health/x'],
    ['error', 'vendors that failed', (exchange) => exchange.fail(new GatewayError('upstream_error', 'x'))],
    ['error', 'a failure of its own', (exchange) => exchange.fail(new GatewayError('internal_error', 'x'))],
    ['info', 'a client that went away', (exchange) => exchange.fail(new GatewayError('client_closed_request', 'x'))],
  ])('writes at %s about %s', (level, _, fill, endpoint) => {
    expect(lineOf(fill, endpoint)).toMatchObject({ level });
  });

  it('records a client that went away as cancelled, 499', () => {
    const line = lineOf((exchange) => exchange.fail(new GatewayError('client_closed_request', 'gone')));
    expect(line).toMatchObject({ status: 499, outcome: 'cancelled', error: { code: 'client_closed_request' } });
  });

  it('names the error without its cause', () => {
    const cause = new Error('secret detail');
    const line = lineOf((exchange) =>
      exchange.fail(new GatewayError('upstream_error', 'No provider answered.', { cause })),
    );
    expect(line['error']).toEqual({ code: 'upstream_error', message: 'No provider answered.' });
    expect(JSON.stringify(line)).not.toContain('secret detail');
  });

  it.each<[where: string, fill: (exchange: Exchange, key: string) => void]>([
    ['the message of an error', (exchange, key) => exchange.fail(new GatewayError('upstream_error', `refused ${key}`))],
    [
      'the model, where a caller mistook the field',
      (exchange, key) => Object.assign(exchange, { modelRequested: key }),
    ],
    [
      'the name of a model that was called',
      (exchange, key) =>
        void exchange.startAttempt({ provider: 'openai', model: key }, { waitedMs: 0, continues: false }),
    ],
  ])('shows no key that was in %s', (_, fill) => {
    const key = 'sk-proj-aBcDeFgHiJkLmNoPqRsT';
    expect(JSON.stringify(lineOf((exchange) => fill(exchange, key)))).not.toContain(key);
  });
});
