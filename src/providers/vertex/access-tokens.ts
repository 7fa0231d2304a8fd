import type { AxiosInstance } from 'axios';
import { SignJWT } from 'jose';
import { UpstreamError } from '../../errors/upstream-error.js';
import { unlessAborted } from '../unless-aborted.js';
import { bytesOf, requestVendor } from '../vendor-request.js';
import type { ServiceAccount } from './service-account.js';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Google takes no assertion that is valid for longer. */
const ASSERTION_SECONDS = 3_600;
const FETCH_TIMEOUT_MS = 10_000;
/** So long before its end a token is no longer used: a call may take its time. */
const SPARE_MS = 300_000;

/** A token and when to get the next one, in milliseconds since the epoch. */
interface HeldToken {
  readonly value: string;
  readonly renewAtMs: number;
}

/**
 * The access tokens of a service account, each kept until shortly before its end.
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export class AccessTokens {
  private held: HeldToken | undefined;
  private underWay: Promise<HeldToken> | undefined;

  constructor(
    private readonly provider: string,
    private readonly account: ServiceAccount,
    /** Its base URL is the account's token URL. */
    private readonly client: AxiosInstance,
  ) {}

  /**
   * One request for all callers that wait. A caller that leaves does not end it.
   * @throws UpstreamError
   */
  async current(signal: AbortSignal): Promise<string> {
    if (!this.held || Date.now() >= this.held.renewAtMs) {
      this.underWay ??= this.fetch().finally(() => {
        this.underWay = undefined;
      });
      this.held = await unlessAborted(signal, this.underWay);
    }
    return this.held.value;
  }

  private async fetch(): Promise<HeldToken> {
    const askedAtMs = Date.now();
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
    const grant = { grant_type: GRANT, assertion: await this.assertion(Math.floor(askedAtMs / 1000)) };
    try {
      const response = await requestVendor(this.client, this.provider, {
        method: 'post',
        url: '',
        data: new URLSearchParams(grant).toString(),
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        responseType: 'arraybuffer',
        signal,
      });
      return readToken(await bytesOf(response), askedAtMs);
    } catch (error) {
      throw signal.aborted ? tooSlow(this.provider) : aboutAccount(error);
    }
  }

  private assertion(nowSeconds: number): Promise<string> {
    const { email, key, keyId, tokenUrl } = this.account;
    const claims = { iss: email, scope: SCOPE, aud: tokenUrl, iat: nowSeconds, exp: nowSeconds + ASSERTION_SECONDS };
    const header = { alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) };
    return new SignJWT(claims).setProtectedHeader(header).sign(key);
  }
}

function readToken(bytes: Buffer, askedAtMs: number): HeldToken {
  let reply: { readonly access_token?: unknown; readonly expires_in?: unknown };
  try {
    reply = JSON.parse(bytes.toString()) ?? {};
  } catch {
    reply = {};
  }
  const { access_token: value, expires_in: seconds } = reply;
  if (typeof value !== 'string' || typeof seconds !== 'number') {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the token is not one');
  }
  return { value, renewAtMs: askedAtMs + seconds * 1000 - SPARE_MS };
}

/** A refusal of the account is not one of the caller's request, whatever status it came with. */
function aboutAccount(error: unknown): unknown {
  if (!(error instanceof UpstreamError) || error.failure.reason !== 'status' || error.isRetryable) return error;
  return new UpstreamError({ ...error.failure, status: 401 }, `no access token: ${error.message}`, { cause: error });
}

function tooSlow(provider: string): UpstreamError {
  return new UpstreamError({ reason: 'timeout' }, `${provider} gave no access token in time`);
}
