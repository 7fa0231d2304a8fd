import { describe, expect, it } from 'vitest';
import { UpstreamError, type UpstreamFailure } from '../errors/upstream-error.js';
import { troubleIn } from './trouble.js';

const trouble = (failure: UpstreamFailure) => troubleIn(new UpstreamError(failure, 'no'));
const body = Buffer.alloc(0);

describe('troubleIn', () => {
  it.each([302, 408, 500, 502, 503, 504, 529])('finds a failure of the target in %i', (status) => {
    expect(trouble({ reason: 'status', status, body })).toBe('failures');
  });

  it.each(['network', 'timeout', 'invalid_reply', 'forbidden_address'] as const)(
    'finds a failure of the target in %s',
    (reason) => {
      expect(trouble({ reason })).toBe('failures');
    },
  );

  it('takes a throttled call for that, and not for a failure', () => {
    expect(trouble({ reason: 'status', status: 429, body })).toBe('throttled');
  });

  it.each([400, 401, 402, 403, 404, 405, 409, 413, 415, 418, 422, 451])(
    'finds nothing against the target in %i, which the request or the account caused',
    (status) => {
      expect(trouble({ reason: 'status', status, body })).toBeUndefined();
    },
  );

  it.each<UpstreamFailure>([{ reason: 'timeout', isShortened: true }, { reason: 'unusable' }])(
    'finds nothing against the target in %o, which one request caused',
    (failure) => {
      expect(trouble(failure)).toBeUndefined();
    },
  );

  it.each([400, 429, 500])('finds nothing against the target in a refusal of what was asked, even as %i', (status) => {
    expect(trouble({ reason: 'status', status, body, subject: 'content-filter' })).toBeUndefined();
    expect(trouble({ reason: 'status', status, body, subject: 'context-window' })).toBeUndefined();
  });
});
