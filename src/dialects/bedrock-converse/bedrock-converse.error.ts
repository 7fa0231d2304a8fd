import { asObject, asText } from '../fields.js';
import { parseJson } from '../json.js';
import type { VendorError } from '../reply.js';
import type { Frame } from './event-stream-frames.js';

/**
 * What the exceptions of a stream, and those of all of AWS that are about the account, would be as an HTTP answer.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors
 */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['accessdeniedexception', 403],
  ['expiredtokenexception', 403],
  ['invalidsignatureexception', 403],
  ['missingauthenticationtokenexception', 403],
  ['unrecognizedclientexception', 403],
  ['internalserverexception', 500],
  ['modelerrorexception', 424],
  ['modelnotreadyexception', 429],
  ['modelstreamerrorexception', 424],
  ['modeltimeoutexception', 408],
  ['resourcenotfoundexception', 404],
  ['servicequotaexceededexception', 400],
  ['serviceunavailableexception', 503],
  ['throttlingexception', 429],
  ['validationexception', 400],
]);

/** `{ message }`, or `{ Message }` from the front door before the service; `__type` where the class is named. */
export function readError(body: unknown): VendorError | undefined {
  const fields = asObject(body);
  const message = asText(fields.message) ?? asText(fields.Message);
  if (message === undefined) return undefined;
  return vendorError(message, asText(fields.__type)?.split('#').at(-1));
}

/** What a frame of type `exception` or `error` tells. */
export function readException({ headers, payload }: Frame): VendorError {
  const type = headers.get(':exception-type') ?? headers.get(':error-code');
  const fields = asObject(parseJson(payload.toString()));
  const message =
    asText(fields.message) ?? asText(fields.Message) ?? headers.get(':error-message') ?? type ?? 'an unnamed exception';
  return vendorError(message, type);
}

function vendorError(message: string, type: string | undefined): VendorError {
  const status = type === undefined ? undefined : STATUSES.get(type.toLowerCase());
  return { message, ...(type !== undefined && { type }), ...(status !== undefined && { status }) };
}
