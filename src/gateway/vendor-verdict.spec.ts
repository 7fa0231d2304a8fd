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

function refused(body: object | string): UpstreamError {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return new UpstreamError({ reason: 'status', status: 400, body: bytes }, 'gemini answered 400');
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
});
