import { describe, expect, it, vi } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { Exchange } from '../exchange/exchange.js';
import { SimulatedProvider } from '../providers/simulated/simulated.provider.js';
import type { Call } from '../resilience/resilience.js';
import { RunningCall } from './running-call.js';

describe('RunningCall', () => {
  const target = stubTarget({ provider: new SimulatedProvider('simulated'), model: 'echo' });

  function started() {
    const exchange = new Exchange({ endpoint: '/' });
    const lease = { begun: vi.fn<() => void>(), end: vi.fn<(error?: unknown) => void>() };
    const call = { waitedMs: 7, hasNext: false, lease: lease as unknown as Call['lease'] };
    return { exchange, lease, running: new RunningCall(exchange, target, call) };
  }

  const ends: [what: string, error: unknown, outcome: object][] = [
    ['an answer', undefined, { kind: 'ok' }],
    [
      'a status',
      new UpstreamError({ reason: 'status', status: 503, body: Buffer.alloc(0) }, 'x'),
      { kind: 'failed', reason: 'status', status: 503 },
    ],
    ['a timeout', new UpstreamError({ reason: 'timeout' }, 'x'), { kind: 'failed', reason: 'timeout' }],
    ['a client that left', new GatewayError('client_closed_request', 'x'), { kind: 'cancelled' }],
  ];

  it.each(ends)('records the end by %s, and gives the permits back', (_, error, outcome) => {
    const { exchange, lease, running } = started();
    running.end(error);
    expect(exchange.attempts).toMatchObject([{ provider: 'simulated', model: 'echo', waitedMs: 7, outcome }]);
    expect(lease.end).toHaveBeenCalledExactlyOnceWith(error);
  });

  it('does not blame the target for what is not its fault', () => {
    const { lease, running } = started();
    running.end(new UpstreamError({ reason: 'network' }, 'x'), false);
    expect(lease.end).toHaveBeenCalledExactlyOnceWith(expect.not.objectContaining({ name: 'UpstreamError' }));
  });

  it.each(ends.slice(1))('records a call that came to nothing by %s, and keeps the permits', (_, error, outcome) => {
    const { exchange, lease, running } = started();
    running.failed(error);
    expect(exchange.attempts).toMatchObject([{ outcome }]);
    expect(lease.end).not.toHaveBeenCalled();
  });
});
