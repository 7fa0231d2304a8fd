import { describe, expect, it } from 'vitest';
import { UpstreamError } from './upstream-error.js';

function answered(status: number): UpstreamError {
  return new UpstreamError({ reason: 'status', status, body: Buffer.alloc(0), retryAfterMs: 7 }, 'no');
}

describe('UpstreamError', () => {
  it.each([408, 409, 429, 500, 502, 503, 504, 529])('may be tried again after %i', (status) => {
    expect(answered(status)).toMatchObject({ isRetryable: true, isRefusal: false, endsPlan: false });
  });

  it.each([400, 413, 415, 422])('is a refusal of the request itself after %i, at every target', (status) => {
    expect(answered(status)).toMatchObject({ isRetryable: false, isRefusal: true, endsPlan: true });
  });

  it('is a refusal that another target may not share after 404', () => {
    expect(answered(404)).toMatchObject({ isRetryable: false, isRefusal: true, endsPlan: false });
  });

  it.each([301, 302, 401, 402, 403])('is neither after %i, where another account may do', (status) => {
    expect(answered(status)).toMatchObject({ isRetryable: false, isRefusal: false, endsPlan: false });
  });

  it.each([
    ['network', true],
    ['timeout', false],
    ['invalid_reply', false],
    ['forbidden_address', false],
  ] as const)('of the kind %s: retryable %s, and another target may do', (reason, isRetryable) => {
    const error = new UpstreamError({ reason }, 'no');
    expect(error).toMatchObject({ isRetryable, isRefusal: false, endsPlan: false, retryAfterMs: undefined });
  });

  it('hands on how long the vendor asked to wait', () => {
    expect(answered(429).retryAfterMs).toBe(7);
  });
});
