import { describe, expect, it } from 'vitest';
import { vendorDialects } from '../dialects/dialects.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { verdict } from './vendor-verdict.js';

const gemini = { readError: (body: unknown) => vendorDialects.gemini.readError(body) };
const wrongKey = {
  error: {
    code: 400,
    message: 'API key not valid. Please pass a valid API key.',
    status: 'INVALID_ARGUMENT',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
  },
};

function refused(body: object | string, status = 400): UpstreamError {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return new UpstreamError({ reason: 'status', status, body: bytes }, `the vendor answered ${status}`);
}

describe('verdict', () => {
  it('takes a wrong key for what it is, whatever its status', () => {
    const error = verdict(refused(wrongKey), gemini);
    expect(error).toMatchObject({ isAboutAccount: true, endsPlan: false, failure: { status: 401 } });
  });

  it.each([{ error: { code: 400, message: 'Invalid value', status: 'INVALID_ARGUMENT' } }, '<html>'])(
    'leaves other refusals: %j',
    (body) => {
      const error = refused(body);
      expect(verdict(error, gemini)).toBe(error);
    },
  );

  it('leaves what is no refusal', () => {
    const left = new Error('left');
    expect(verdict(left, gemini)).toBe(left);
  });

  const words = { readError: (body: unknown) => vendorDialects['openai-chat'].readError(body) };

  it.each([
    [400, { message: 'This model’s maximum context length is 8192 tokens.', code: 'context_length_exceeded' }],
    [400, { message: 'prompt is too long: 210000 tokens > 200000 maximum', type: 'invalid_request_error' }],
    [413, { message: 'Input is too long for requested model.' }],
  ])(
    'has a prompt that is too long, said with %i, asked of other targets, and not of this one again',
    (status, error) => {
      const found = verdict(refused({ error }, status), words);
      expect(found).toMatchObject({ subject: 'context-window', isRefusal: true, isRetryable: false, endsPlan: false });
    },
  );

  it.each([
    [400, { message: 'The response was filtered due to the prompt triggering …', code: 'content_filter' }],
    [400, { message: 'Output blocked by content filtering policy', type: 'invalid_request_error' }],
    [403, { message: 'Your input was flagged', code: '403' }],
  ])('has content that a vendor will not touch, said with %i, taken nowhere else', (status, error) => {
    const found = verdict(refused({ error }, status), words);
    expect(found).toMatchObject({ subject: 'content-filter', isRefusal: true, isAboutAccount: false, endsPlan: true });
  });

  it.each([500, 503, 429])('leaves a failure with %i alone, whatever its words', (status) => {
    const error = refused({ error: { message: 'content filter, maximum context length' } }, status);
    expect(verdict(error, words)).toBe(error);
  });

  it.each([
    [403, 'Your organization has been flagged for unusual activity.'],
    [403, 'Your account acme-prod was suspended for violating our usage policy.'],
    [400, 'This API key has been flagged as leaked.'],
  ])('takes a refused account for what it is, said with %i: %s', (status, message) => {
    const found = verdict(refused({ error: { message } }, status), words);
    expect(found).toMatchObject({ isAboutAccount: true, isRefusal: false, endsPlan: false });
  });

  it('knows a content filter that a stream reports without a status', () => {
    const reported = { message: 'Content filtered.', code: 'content_filter' };
    const error = new UpstreamError({ reason: 'status', status: 502, body: Buffer.alloc(0), reported }, 'x');
    expect(verdict(error, words)).toMatchObject({ subject: 'content-filter', isRetryable: false, endsPlan: true });
  });

  it('leaves other failures that a stream reports', () => {
    const reported = { message: 'Overloaded', type: 'overloaded_error' };
    const error = new UpstreamError({ reason: 'status', status: 503, body: Buffer.alloc(0), reported }, 'x');
    expect(verdict(error, words)).toBe(error);
  });
});
