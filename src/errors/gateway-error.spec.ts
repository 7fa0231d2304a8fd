import { describe, expect, it } from 'vitest';
import { type ErrorKind, errorTable } from './error-table.js';
import { GatewayError } from './gateway-error.js';

describe('the error table', () => {
  it.each<[kind: ErrorKind, status: number, code: string]>([
    ['invalid_request', 400, 'invalid_request_error'],
    ['invalid_api_key', 401, 'invalid_api_key'],
    ['model_not_found', 404, 'model_not_found'],
    ['request_too_large', 413, 'request_too_large'],
    ['rate_limit_exceeded', 429, 'rate_limit_exceeded'],
    ['upstream_error', 502, 'upstream_error'],
    ['overloaded', 503, 'overloaded'],
    ['upstream_timeout', 504, 'upstream_timeout'],
    ['client_closed_request', 499, 'client_closed_request'],
  ])('answers %s as the contract says: %i %s', (kind, status, code) => {
    expect(errorTable[kind]).toMatchObject({ status, code });
  });

  it('says of a bad key that a retry cannot help, and of a limit that it can', () => {
    expect(errorTable.invalid_api_key.retryable).toBe(false);
    expect(errorTable.rate_limit_exceeded.retryable).toBe(true);
  });
});

describe('GatewayError', () => {
  it('has the status of its row, unless a vendor’s own is handed on', () => {
    expect(new GatewayError('upstream_error', 'x').status).toBe(502);
    expect(new GatewayError('upstream_error', 'x', { status: 429 }).status).toBe(429);
  });

  it('keeps its cause', () => {
    const cause = new Error('socket hang up');
    expect(new GatewayError('internal_error', 'x', { cause }).cause).toBe(cause);
  });
});
