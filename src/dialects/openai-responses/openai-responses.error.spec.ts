import { describe, expect, it } from 'vitest';
import { faultsAgainst, hasPublishedSchema } from '../../../test/support/published-schema.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { openAiResponsesClient as client, openAiResponsesVendor as vendor } from './openai-responses.dialect.js';

describe('an error body', () => {
  it('has all of OpenAI’s keys, with real nulls', () => {
    const body = client.errorBody(new GatewayError('rate_limit_exceeded', 'Slow down.'), { requestId: 'r' });
    expect(body).toEqual({
      error: { message: 'Slow down.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
    });
    expect(hasPublishedSchema ? faultsAgainst('ErrorResponse', body) : []).toEqual([]);
  });

  it('has the vendor’s words where they are for the caller', () => {
    const words = {
      message: 'Too long.',
      code: 'context_length_exceeded',
      type: 'invalid_request_error',
      param: 'input',
    };
    const error = new GatewayError('upstream_error', 'No provider answered.', { status: 400 });
    expect(client.errorBody(error, { requestId: 'r', vendor: words })).toEqual({ error: words });
  });
});

describe('a vendor’s error', () => {
  it.each<[body: unknown, error: object]>([
    [
      { error: { message: 'No.', type: 'invalid_request_error', code: 'invalid_value', param: 'input' } },
      { message: 'No.', type: 'invalid_request_error', code: 'invalid_value', param: 'input', status: 400 },
    ],
    [{ error: { message: 'No.', type: 'server_error', code: null, param: null } }, { message: 'No.', status: 500 }],
    [{ error: 'No.' }, { message: 'No.' }],
    [{ message: 'No.' }, { message: 'No.' }],
    [{ detail: 'No.' }, { message: 'No.' }],
    [{ error: { message: 'No.', code: 503 } }, { message: 'No.', code: '503', status: 503 }],
  ])('is read from %j', (body, error) => {
    expect(vendor.readError(body)).toMatchObject(error);
  });

  it.each([[{ error: {} }], [{}], ['No.'], [null]])('is not read from %j', (body) => {
    expect(vendor.readError(body)).toBeUndefined();
  });
});
