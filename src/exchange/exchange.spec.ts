import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { Exchange } from './exchange.js';

const target = { provider: 'openai', model: 'gpt-4o' };
const late = new GatewayError('upstream_timeout', 'late');

function at(waitedMs: number) {
  return { waitedMs, continues: false };
}

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
    const attempt = exchange.startAttempt(target, at(0));
    expect(exchange.attempts).toMatchObject([{ ...target, waitedMs: 0, durationMs: undefined, outcome: undefined }]);
    exchange.endAttempt(attempt, { kind: 'failed', reason: 'status', status: 503 });
    exchange.endAttempt(attempt, { kind: 'ok' });
    const next = exchange.startAttempt({ provider: 'claude', model: 'sonnet' }, at(250));
    exchange.endAttempt(next, { kind: 'ok' });
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
    const first = exchange.startAttempt(target, at(0));
    vi.advanceTimersByTime(100);
    exchange.endAttempt(first, { kind: 'failed', reason: 'network' });
    vi.advanceTimersByTime(50);
    const second = exchange.startAttempt(target, at(50));
    expect(second).toMatchObject({ startedMs: 155, waitedMs: 50 });
    vi.advanceTimersByTime(200);
    exchange.endAttempt(second, { kind: 'ok' });
    expect(second).toMatchObject({ durationMs: 200 });
    vi.advanceTimersByTime(3);
    exchange.close();
    vi.advanceTimersByTime(1_000);
    expect(exchange).toMatchObject({ latencyMs: 358, upstreamMs: 350, overheadMs: 8 });
    expect(exchange.attempts.map(({ durationMs }) => durationMs)).toEqual([100, 200]);
  });

  it('count the vendor’s share on while a later attempt still runs', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.endAttempt(exchange.startAttempt(target, at(0)), { kind: 'failed', reason: 'network' });
    exchange.startAttempt(target, at(0));
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

describe('spending', () => {
  const priced = { state: 'priced', picoUsd: 5n, source: 'settings' } as const;

  it('is the sum of all calls in which tokens flowed', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    const [cut, , next] = [0, 1, 2].map(() => exchange.startAttempt({ provider: 'openai', model: 'm' }, at(0)));
    if (cut) cut.spending = { usage: { inputTokens: 3, outputTokens: 4 }, usageState: 'estimated', cost: priced };
    const usage = { inputTokens: 5, outputTokens: 1, cacheReadTokens: 2 };
    if (next) next.spending = { usage, usageState: 'reported', cost: priced };
    exchange.tally();
    expect(exchange).toMatchObject({
      usage: { inputTokens: 8, outputTokens: 5, cacheReadTokens: 2 },
      usageState: 'estimated',
      cost: { state: 'priced', picoUsd: 10n },
    });
  });

  it.each([
    [priced, { state: 'unknown' }, { state: 'unknown' }],
    [{ state: 'free' }, priced, priced],
    [priced, { state: 'free' }, priced],
    [{ state: 'free' }, { state: 'free' }, { state: 'free' }],
  ] as const)('of %o and %o is %o', (one, other, sum) => {
    const exchange = new Exchange({ endpoint: '/x' });
    for (const cost of [one, other]) {
      const attempt = exchange.startAttempt({ provider: 'openai', model: 'm' }, at(0));
      attempt.spending = { usage: undefined, usageState: 'reported', cost };
    }
    exchange.tally();
    expect(exchange.cost).toEqual(sum);
  });

  it('of calls without tokens is nothing', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.startAttempt({ provider: 'openai', model: 'm' }, at(0));
    exchange.tally();
    expect(exchange).toMatchObject({ usage: undefined, usageState: undefined, cost: undefined });
  });

  it('keeps as the one who answers the one who began', () => {
    const exchange = new Exchange({ endpoint: '/x' });
    exchange.startAttempt({ provider: 'openai', model: 'm' }, at(0));
    exchange.startAttempt({ provider: 'claude', model: 'n' }, { waitedMs: 0, continues: true });
    expect(exchange.target).toEqual({ provider: 'openai', model: 'm' });
  });
});
