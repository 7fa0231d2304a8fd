import { asNumber, asObject, asText, isObject } from '../../dialects/fields.js';
import { valueIn } from '../../dialects/table.js';
import { UpstreamError } from '../../errors/upstream-error.js';
import { FORBIDDEN_ADDRESS } from '../address-guard.js';
import { parseRetryAfter } from '../retry-after.js';

/**
 * Errors with which a package refuses a call before it makes one, as the status that its vendor would have answered.
 * Their names, unlike their classes, are the same in all copies of `@ai-sdk/provider`.
 */
const REFUSALS: Readonly<Record<string, number>> = {
  AI_UnsupportedFunctionalityError: 400,
  AI_InvalidPromptError: 400,
  AI_InvalidArgumentError: 400,
  AI_NoSuchProviderReferenceError: 400,
  AI_LoadAPIKeyError: 401,
  AI_LoadSettingError: 401,
  AI_NoSuchModelError: 404,
};

/** Codes of sockets, resolvers, TLS and the HTTP parser. */
const NETWORK_CODE = /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_)|UND_ERR_|HPE_|CERT_|ERR_TLS_|ERR_SSL_)/;

/** More often than packages and undici wrap an error. */
const MAX_WRAPS = 8;

/**
 * What a package threw, as a failed call to a vendor. The AI SDK's own errors hold the request and the answer, so they
 * do not become its cause.
 */
export function toUpstreamError(provider: string, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const fields = asObject(error);
  const status = statusOf(fields);
  if (status !== undefined) {
    const retryAfterMs = parseRetryAfter(headersOf(fields), Date.now());
    const failure = { reason: 'status', status, body: bodyOf(fields), retryAfterMs } as const;
    return new UpstreamError(failure, `${provider} answered ${status}`);
  }
  const broken = networkError(error);
  if (broken) {
    const reason = broken.code === FORBIDDEN_ADDRESS ? 'forbidden_address' : 'network';
    return new UpstreamError({ reason }, `${provider} could not be reached (${broken.code})`, { cause: broken });
  }
  const name = asText(fields['name']) ?? 'unknown';
  const cause = name.startsWith('AI_') ? undefined : error;
  return new UpstreamError({ reason: 'invalid_reply' }, `${provider} gave no answer that can be read (${name})`, {
    cause,
  });
}

/** An error that a stream reports, without the request and the headers that packages keep in it. */
export function reportedError(error: unknown): unknown {
  if (typeof error === 'string') return { message: error };
  const fields = asObject(error);
  const vendor = vendorWords(fields);
  const message = asText(fields['message']) ?? asText(vendor['message']);
  const said = (name: string): unknown => fields[name] ?? vendor[name];
  return { message, type: said('type'), code: said('code'), param: said('param'), statusCode: fields['statusCode'] };
}

/** Of the HTTP answer, or of an error that the vendor wrote into a good one. */
function statusOf(fields: Readonly<Record<string, unknown>>): number | undefined {
  const refusal = valueIn(REFUSALS, asText(fields['name']) ?? '');
  const statuses = [fields['statusCode'], vendorWords(fields)['code'], refusal];
  return statuses.map(asNumber).find((status) => status !== undefined && status >= 400 && status <= 599);
}

function bodyOf(fields: Readonly<Record<string, unknown>>): Buffer {
  const body = asText(fields['responseBody']);
  if (body !== undefined) return Buffer.from(body);
  const vendor = vendorWords(fields);
  const error = asText(vendor['message']) === undefined ? { message: asText(fields['message']) } : vendor;
  return Buffer.from(JSON.stringify({ error }));
}

/** `data` is the vendor's error body, or what stands in its `error`. */
function vendorWords(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const data = asObject(fields['data']);
  return isObject(data['error']) ? data['error'] : data;
}

function headersOf(fields: Readonly<Record<string, unknown>>): Record<string, string | undefined> {
  const headers = Object.entries(asObject(fields['responseHeaders']));
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), asText(value)]));
}

/** The error of the socket, the resolver or the guard, however often it was wrapped on the way. */
function networkError(error: unknown, depth = 0): (Error & { readonly code: string }) | undefined {
  if (!(error instanceof Error) || depth > MAX_WRAPS) return undefined;
  return isNetworkError(error) ? error : networkError(error.cause, depth + 1);
}

function isNetworkError(error: Error): error is Error & { readonly code: string } {
  if (!('code' in error) || typeof error.code !== 'string') return false;
  return error.code === FORBIDDEN_ADDRESS || NETWORK_CODE.test(error.code);
}
