import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import { UpstreamError } from '../errors/upstream-error.js';
import { FORBIDDEN_ADDRESS } from './address-guard.js';
import { MAX_REPLY_BYTES, readBounded } from './read-bounded.js';
import { parseRetryAfter } from './retry-after.js';

const MAX_ERROR_BYTES = 1024 * 1024;

/** A body that was collected, or one that is still to be read. */
type VendorBody = Buffer | AsyncIterable<Buffer>;

/**
 * Makes one request to a vendor.
 * @param client of `Transport`
 * @param name the provider's, for messages
 * @returns a 2xx answer; its body unread where `responseType` is `stream`
 * @throws UpstreamError with the vendor's status and body, or with what kept it from answering
 * @throws the signal's reason when it aborts
 */
export async function requestVendor(
  client: AxiosInstance,
  name: string,
  config: AxiosRequestConfig & { readonly signal: AbortSignal },
): Promise<AxiosResponse<VendorBody>> {
  let response: AxiosResponse<VendorBody>;
  try {
    response = await client.request<VendorBody>({ ...config, maxContentLength: MAX_REPLY_BYTES });
  } catch (error) {
    config.signal.throwIfAborted();
    throw error instanceof UpstreamError ? error : networkError(name, error);
  }
  if (response.status >= 200 && response.status < 300) return response;
  throw await statusError(name, response);
}

/** The whole body of an answer of `requestVendor`. */
export async function bytesOf({ data }: AxiosResponse<VendorBody>): Promise<Buffer> {
  return Buffer.isBuffer(data) ? data : readBounded(data, MAX_REPLY_BYTES);
}

/** The body of an answer of `requestVendor`, as a `ProviderReply` has it. */
export function chunksOf({ data }: AxiosResponse<VendorBody>): AsyncIterable<Buffer> | Iterable<Buffer> {
  return Buffer.isBuffer(data) ? [data] : data;
}

async function statusError(name: string, response: AxiosResponse<VendorBody>): Promise<UpstreamError> {
  const { status, data } = response;
  const retryAfterMs = parseRetryAfter(response.headers as Record<string, string | undefined>, Date.now());
  const whole = Buffer.isBuffer(data) ? data : await readBounded(data, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0));
  return new UpstreamError({ reason: 'status', status, body: whole, retryAfterMs }, `${name} answered ${status}`);
}

/** Sockets, DNS and the HTTP parser give their errors a code; anything else is a fault of our own. */
function networkError(name: string, cause: unknown): unknown {
  if (!(cause instanceof Error && 'code' in cause)) return cause;
  const code = String(cause.code);
  const reason = code === FORBIDDEN_ADDRESS ? 'forbidden_address' : 'network';
  return new UpstreamError({ reason }, `${name} could not be reached (${code})`, { cause });
}
