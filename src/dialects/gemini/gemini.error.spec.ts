import { describe, expect, it } from 'vitest';
import { type ErrorKind } from '../../errors/error-table.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { geminiClient, geminiVendor } from './gemini.dialect.js';

const context = { requestId: 'request' };

describe('a failure in the Gemini dialect', () => {
  it.each<[kind: ErrorKind, code: number, status: string]>([
    ['invalid_request', 400, 'INVALID_ARGUMENT'],
    ['invalid_api_key', 401, 'UNAUTHENTICATED'],
    ['model_not_found', 404, 'NOT_FOUND'],
    ['request_timeout', 408, 'DEADLINE_EXCEEDED'],
    ['request_too_large', 413, 'INVALID_ARGUMENT'],
    ['rate_limit_exceeded', 429, 'RESOURCE_EXHAUSTED'],
    ['internal_error', 500, 'INTERNAL'],
    ['upstream_error', 502, 'UNAVAILABLE'],
    ['overloaded', 503, 'UNAVAILABLE'],
    ['upstream_timeout', 504, 'DEADLINE_EXCEEDED'],
  ])('%s is %i %s', (kind, code, status) => {
    const error = new GatewayError(kind, 'Sorry.');
    expect(geminiClient.errorBody(error, context)).toEqual({ error: { code, message: 'Sorry.', status } });
  });

  it("has the vendor's own words where they are for the caller", () => {
    const error = new GatewayError('upstream_error', 'Sorry.', { status: 400 });
    expect(geminiClient.errorBody(error, { ...context, vendor: { message: 'prompt is too long' } })).toEqual({
      error: { code: 400, message: 'prompt is too long', status: 'INVALID_ARGUMENT' },
    });
  });
});

describe("Gemini's error", () => {
  const error = {
    code: 400,
    message: 'API key not valid.',
    status: 'INVALID_ARGUMENT',
    details: [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'contents' }] },
    ],
  };
  const read = {
    message: 'API key not valid.',
    type: 'INVALID_ARGUMENT',
    code: 'API_KEY_INVALID',
    param: 'contents',
    // About the gateway's account, whatever Gemini's status says.
    status: 401,
  };

  it.each([
    ['alone', { error }],
    ['in the list of a stream', [{ error }]],
  ])('is read %s', (_, body) => {
    expect(geminiVendor.readError(body)).toEqual(read);
  });

  it('is read where it is only a text or a status', () => {
    expect(geminiVendor.readError({ error: 'no' })).toEqual({ message: 'no' });
    expect(geminiVendor.readError({ error: { status: 'INTERNAL' } })).toMatchObject({ message: 'INTERNAL' });
  });

  it.each([undefined, null, 'text', [], {}, { error: {} }, { candidates: [] }])('is not %j', (body) => {
    expect(geminiVendor.readError(body)).toBeUndefined();
  });
});
