import type { GatewayError } from '../../errors/gateway-error.js';
import type { JsonObject } from '../conversation.js';
import type { ErrorContext } from '../dialect.js';
import { asCount, asText, isObject, objectsIn } from '../fields.js';
import { saysKeyRefused } from '../refused-key.js';
import type { VendorError } from '../reply.js';
import { formatEvent } from '../sse.js';

/** @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The JSON body of a failure. */
export function errorBody(error: GatewayError, { vendor }: ErrorContext): JsonObject {
  const { status } = error;
  const word = STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: status, message: vendor?.message ?? error.message, status: word } };
}

/**
 * The event that ends a broken stream. `@google/genai` throws on an event whose `error.code` is a number from 400 to 599,
 * and takes a stream that merely ends as complete.
 */
export function errorEvent(error: GatewayError, context: ErrorContext): string {
  return formatEvent(errorBody(error, context));
}

/** Reads a vendor's `{ error: { code, message, status, details } }`, which comes in a list where a stream was asked for. */
export function readError(body: unknown): VendorError | undefined {
  const [first]: readonly unknown[] = Array.isArray(body) ? body : [body];
  const error = isObject(first) ? first['error'] : undefined;
  if (typeof error === 'string') return { message: error };
  if (!isObject(error)) return undefined;
  const message = asText(error['message']) ?? asText(error['status']);
  if (message === undefined) return undefined;
  const details = objectsIn(error['details']);
  const type = asText(error['status']);
  const code = details.map((detail) => asText(detail['reason'])).find((reason) => reason !== undefined);
  return {
    message,
    type,
    code,
    param: details
      .flatMap((detail) => objectsIn(detail['fieldViolations']))
      .map((violation) => asText(violation['field']))
      .find((field) => field !== undefined),
    // A wrong key is said with 400, as if it were the request's fault.
    status: saysKeyRefused({ message, type, code }) ? 401 : statusOf(asCount(error['code'])),
  };
}

function statusOf(code: number | undefined): number | undefined {
  return code !== undefined && code >= 400 && code < 600 ? code : undefined;
}
