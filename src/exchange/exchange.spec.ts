import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { Exchange } from './exchange.js';

const target = { provider: 'openai', model: 'gpt-4o' };
const late = new GatewayError('upstream_timeout', 'late');

describe('Exchange', () => {
  it.each(['abc', 'req_01.A:b-c', 'x'.repeat(128)])('keeps the caller’s id %s', (requestId) => {
    expect(new Exchange({ requestId, endpoint: '/x' }).id).toBe(requestId);
  });

  it.each([undefined, '', 'x'.repeat(129), 'a b', 'a\nb', 'é', '<script>', 'a;b'])(
    'makes an id of its own in place of %j',
    (requestId) => {
      expect(new Exchange({ requestId, endpoint: '/x' }).id).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('is handed to its views once, however often it is closed', () => {
    const views = vi.fn<(exchange: Exchange) => void>();
    const exchange = new Exchange({ endpoint: '/x' }, views);
    expect(exchange.isClosed).toBe(false);
    exchange.close();
    exchange.close();
    expect(exchange.isClosed).toBe(true);
    expect(views.mock.calls).toEqual([[exchange]]);
  });

  it('is closed once even when a view closes it again or throws', () => {
    const views = vi.fn<(exchange: Exchange) => void>((exchange) => {
      exchange.close();
      throw new Error('the log is full');
    });
    const exchange = new Exchange({ endpoint: '/x' }, views);
    expect(() => exchange.close()).toThrow('the log is full');
    exchange.close();
    expect(views).toHaveBeenCalledTimes(1);
  });

  it('keeps the first failure', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.fail(late);
    exchange.fail(new GatewayError('internal_error', 'second'));
    expect(exchange).toMatchObject({ error: late, status: 504, outcome: 'failed' });
  });

  it('takes no failure once it is closed', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.close();
    exchange.fail(late);
    expect(exchange).toMatchObject({ error: undefined, status: 200, outcome: 'ok' });
  });

  it('records a client that went away as cancelled, 499', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.fail(new GatewayError('client_closed_request', 'gone'));
    expect(exchange).toMatchObject({ status: 499, outcome: 'cancelled' });
  });

  it('records the status that a vendor’s refusal brought', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.fail(new GatewayError('upstream_error', 'no', { status: 422 }));
    expect(exchange).toMatchObject({ status: 422, outcome: 'failed' });
  });

  it('lists every attempt with how it ended, and only the first end counts', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    const end = exchange.startAttempt(target, 0);
    expect(exchange.attempts).toMatchObject([{ ...target, waitedMs: 0, durationMs: undefined, outcome: undefined }]);
    end({ kind: 'failed', reason: 'status', status: 503 });
    end({ kind: 'ok' });
    exchange.startAttempt({ provider: 'claude', model: 'sonnet' }, 250)({ kind: 'ok' });
    expect(exchange.attempts).toMatchObject([
      { provider: 'openai', waitedMs: 0, outcome: { kind: 'failed', status: 503 } },
      { provider: 'claude', waitedMs: 250, outcome: { kind: 'ok' } },
    ]);
    expect(exchange.target).toEqual({ provider: 'claude', model: 'sonnet' });
  });
});

describe('the times of an exchange', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are the whole, the vendor’s share with the pauses in it, and the gateway’s own', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    vi.advanceTimersByTime(5);
    const endFirst = exchange.startAttempt(target, 0);
    vi.advanceTimersByTime(100);
    endFirst({ kind: 'failed', reason: 'network' });
    vi.advanceTimersByTime(50);
    const endSecond = exchange.startAttempt(target, 50);
    vi.advanceTimersByTime(200);
    endSecond({ kind: 'ok' });
    vi.advanceTimersByTime(3);
    exchange.close();
    vi.advanceTimersByTime(1_000);
    expect(exchange).toMatchObject({ latencyMs: 358, upstreamMs: 350, overheadMs: 8 });
    expect(exchange.attempts.map(({ durationMs }) => durationMs)).toEqual([100, 200]);
  });

  it('count the vendor’s share on while a later attempt still runs', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.startAttempt(target, 0)({ kind: 'failed', reason: 'network' });
    exchange.startAttempt(target, 0);
    vi.advanceTimersByTime(400);
    expect(exchange).toMatchObject({ upstreamMs: 400, overheadMs: 0 });
  });

  it('are all the gateway’s own when no vendor was called', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    vi.advanceTimersByTime(7);
    exchange.close();
    expect(exchange).toMatchObject({ latencyMs: 7, upstreamMs: 0, overheadMs: 7, firstTokenMs: undefined });
  });

  it('have one first token', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    vi.advanceTimersByTime(40);
    exchange.markFirstToken();
    vi.advanceTimersByTime(40);
    exchange.markFirstToken();
    expect(exchange.firstTokenMs).toBe(40);
  });
});
