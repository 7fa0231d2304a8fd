import axios, { type AxiosAdapter } from 'axios';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AccessTokens } from './access-tokens.js';
import type { ServiceAccount } from './service-account.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const account: ServiceAccount = {
  email: 'gateway@acme.iam.gserviceaccount.com',
  key: privateKey,
  keyId: 'k1',
  tokenUrl: 'https://oauth2.example/token',
  project: 'acme',
};
const { signal } = new AbortController();

interface Answer {
  readonly status?: number;
  readonly body: string;
}

/** The tokens of an account whose socket the test answers on. */
function tokens(answer: (body: string) => Answer | Promise<Answer>): AccessTokens {
  const adapter: AxiosAdapter = async (config) => {
    const { status = 200, body } = await answer(String(config.data));
    return { status, statusText: '', headers: {}, data: Buffer.from(body), config };
  };
  const client = axios.create({ adapter, validateStatus: null, transformRequest: [], transformResponse: [] });
  return new AccessTokens('vertex', account, client);
}

function token(value: string, seconds = 3_600): Answer {
  return { body: JSON.stringify({ access_token: value, expires_in: seconds, token_type: 'Bearer' }) };
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('AccessTokens', () => {
  it('asks with an assertion that the account has signed', async () => {
    let asked = new URLSearchParams();
    await tokens((body) => {
      asked = new URLSearchParams(body);
      return token('a');
    }).current(signal);
    expect(asked.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const assertion = asked.get('assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    const { payload } = await jwtVerify(assertion, createPublicKey(privateKey), { audience: account.tokenUrl });
    expect(payload).toMatchObject({
      iss: account.email,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      exp: (payload.iat ?? 0) + 3_600,
    });
  });

  it('keeps a token until five minutes before its end', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    let asked = 0;
    const held = tokens(() => token(`t${++asked}`));
    expect(await held.current(signal)).toBe('t1');
    vi.setSystemTime(3_299_999);
    expect(await held.current(signal)).toBe('t1');
    vi.setSystemTime(3_300_000);
    expect(await held.current(signal)).toBe('t2');
  });

  it('asks once for all callers that wait, and again only when they are served', async () => {
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const held = tokens(() => {
      asked++;
      return promise;
    });
    const waiting = [held.current(signal), held.current(signal)];
    resolve(token('a'));
    expect(await Promise.all(waiting)).toEqual(['a', 'a']);
    expect(asked).toBe(1);
  });

  it('lets a caller leave without ending what others wait for', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const held = tokens(() => promise);
    const leaver = new AbortController();
    const left = new Error('the client left');
    const leaving = failureOf(held.current(leaver.signal));
    const staying = held.current(signal);
    leaver.abort(left);
    expect(await leaving).toBe(left);
    resolve(token('a'));
    expect(await staying).toBe('a');
  });

  it('asks anew after a failure', async () => {
    const queue = [{ status: 503, body: '' }, token('a')];
    const held = tokens(() => queue.shift() ?? token('none'));
    expect(await failureOf(held.current(signal))).toMatchObject({ isRetryable: true, failure: { status: 503 } });
    expect(await held.current(signal)).toBe('a');
  });

  it.each([400, 401, 403])('takes a refusal with %i for one of the account, never of the request', async (status) => {
    const failure = await failureOf(tokens(() => ({ status, body: '{"error":"invalid_grant"}' })).current(signal));
    expect(failure).toMatchObject({
      isRefusal: false,
      isAboutAccount: true,
      failure: { reason: 'status', status: 401 },
    });
  });

  it('gives up on an answer that does not come', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
    const silent = tokens(() => Promise.reject(new Error('aborted')));
    expect(await failureOf(silent.current(signal))).toMatchObject({ failure: { reason: 'timeout' } });
  });

  it.each(['', 'null', '[]', '{"access_token":"a"}', '{"access_token":5,"expires_in":3600}', '<html>'])(
    'takes %j for no token',
    async (body) => {
      expect(await failureOf(tokens(() => ({ body })).current(signal))).toMatchObject({
        failure: { reason: 'invalid_reply' },
      });
    },
  );
});
