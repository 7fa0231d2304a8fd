import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chainCredentials } from './bedrock.credentials.js';

const { signal } = new AbortController();

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

describe('chainCredentials', () => {
  beforeEach(() => {
    for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_WEB_IDENTITY_TOKEN_FILE']) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('finds what AWS’s own chain finds', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    vi.stubEnv('AWS_SESSION_TOKEN', 't');
    expect(await chainCredentials('aws', 'us-east-1')(signal)).toMatchObject({
      accessKeyId: 'AKIA',
      secretAccessKey: 's',
      sessionToken: 't',
    });
  });

  it('takes finding none for a fault of the account', async () => {
    expect(await failureOf(chainCredentials('aws', 'us-east-1')(signal))).toMatchObject({
      isAboutAccount: true,
      isRetryable: false,
      message: 'aws has no AWS credentials',
    });
  });

  it('ends with the caller’s signal', async () => {
    const left = new Error('the client left');
    expect(await failureOf(chainCredentials('aws', 'us-east-1')(AbortSignal.abort(left)))).toBe(left);
  });

  it('gives up on a chain that does not answer', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort());
    expect(await failureOf(chainCredentials('aws', 'us-east-1')(signal))).toMatchObject({
      failure: { reason: 'timeout' },
    });
  });
});
