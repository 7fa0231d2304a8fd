import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { Exchange } from '../exchange/exchange.js';
import { SimulatedProvider } from '../providers/simulated/simulated.provider.js';
import { startAttempt } from './attempt-record.js';

describe('startAttempt', () => {
  const target = { provider: new SimulatedProvider('simulated'), model: 'echo' };

  it.each<[what: string, error: unknown, outcome: object]>([
    ['an answer', undefined, { kind: 'ok' }],
    [
      'a status',
      new UpstreamError({ reason: 'status', status: 503, body: Buffer.alloc(0) }, 'x'),
      { kind: 'failed', reason: 'status', status: 503 },
    ],
    ['a timeout', new UpstreamError({ reason: 'timeout' }, 'x'), { kind: 'failed', reason: 'timeout' }],
    ['a client that left', new GatewayError('client_closed_request', 'x'), { kind: 'cancelled' }],
  ])('records the end of an attempt by %s', (_, error, outcome) => {
    const exchange = new Exchange({ endpoint: '/' });
    startAttempt(exchange, target, 7)(error);
    expect(exchange.attempts).toMatchObject([{ provider: 'simulated', model: 'echo', waitedMs: 7, outcome }]);
  });
});
