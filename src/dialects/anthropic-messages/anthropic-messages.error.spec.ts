import { describe, expect, it } from 'vitest';
import { type ErrorKind, errorTable } from '../../errors/error-table.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { errorBody, errorEvent, readError } from './anthropic-messages.error.js';

const KNOWN = new Set([
  'invalid_request_error',
  'authentication_error',
  'billing_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
  'rate_limit_error',
  'api_error',
  'timeout_error',
  'overloaded_error',
]);

describe('an error of Anthropic', () => {
  it.each([
    [
      { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' }, request_id: 'r' },
      { message: 'Slow down', type: 'rate_limit_error', status: 429 },
    ],
    [
      { type: 'error', error: { type: 'overloaded_error', message: 'Busy', details: { error_code: 'x' } } },
      { message: 'Busy', type: 'overloaded_error', code: 'x', status: 529 },
    ],
    [{ error: { message: 'No', type: 'strange_error' } }, { message: 'No', type: 'strange_error' }],
    [{ error: 'No' }, { message: 'No' }],
    [{ message: 'No' }, { message: 'No' }],
    [{ type: 'error' }, undefined],
    ['No', undefined],
  ])('%j is read as %j', (body, error) => {
    expect(readError(body)).toEqual(error);
  });
});

describe('an error for a client of Anthropic', () => {
  it.each(Object.keys(errorTable) as ErrorKind[])('has one of its own types for %s', (kind) => {
    const body = errorBody(new GatewayError(kind, 'Sorry'), { requestId: 'r1' });
    expect(body).toEqual({
      type: 'error',
      error: { type: expect.toSatisfy((type: string) => KNOWN.has(type)), message: 'Sorry' },
      request_id: 'r1',
    });
  });

  it("has the vendor's message word for word, and its type where Anthropic knows it", () => {
    const refused = new GatewayError('upstream_error', 'Refused.', { status: 400 });
    const context = { requestId: 'r1', vendor: { message: 'prompt is too long', type: 'invalid_request_error' } };
    expect(errorBody(refused, context)['error']).toEqual({
      type: 'invalid_request_error',
      message: 'prompt is too long',
    });
    const foreign = { ...context, vendor: { message: 'No.', type: 'INVALID_ARGUMENT' } };
    expect(errorBody(refused, foreign)['error']).toEqual({ type: 'invalid_request_error', message: 'No.' });
  });

  it.each([
    [402, 'billing_error'],
    [403, 'permission_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [503, 'overloaded_error'],
    [599, 'api_error'],
  ])('has for status %i the type %s', (status, type) => {
    expect(errorBody(new GatewayError('upstream_error', 'x', { status }), { requestId: 'r' })['error']).toMatchObject({
      type,
    });
  });

  it('ends a stream with an event of its own', () => {
    expect(errorEvent(new GatewayError('overloaded', 'Busy'), { requestId: 'r1' })).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Busy"},"request_id":"r1"}\n\n',
    );
  });
});
