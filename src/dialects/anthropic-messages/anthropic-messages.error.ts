import type { GatewayError } from '../../errors/gateway-error.js';
import type { JsonObject } from '../conversation.js';
import type { ErrorContext } from '../dialect.js';
import { asObject, asText, isObject } from '../fields.js';
import { saysKeyRefused } from '../refused-key.js';
import type { VendorError } from '../reply.js';
import { formatEvent } from '../sse.js';
import { valueIn } from '../table.js';

/** @see https://platform.claude.com/docs/en/api/errors */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** Anthropic's word for a status that its own table does not have. */
const TYPES: Readonly<Record<number, string>> = {
  408: 'timeout_error',
  422: 'invalid_request_error',
  503: 'overloaded_error',
};

/** Reads `{ type: 'error', error: { type, message }, request_id }`, and the shorter forms of vendors that copy it. */
export function readError(body: unknown): VendorError | undefined {
  if (!isObject(body)) return undefined;
  const { error } = body;
  if (typeof error === 'string') return { message: error };
  const fields = isObject(error) ? error : body;
  const { message } = fields;
  if (typeof message !== 'string') return undefined;
  const type = asText(fields['type']);
  const code = asText(asObject(fields['details'])['error_code']) ?? asText(fields['code']);
  const implied = type === undefined ? undefined : valueIn(STATUSES, type);
  const status = saysKeyRefused({ message, type, code }) ? 401 : implied;
  return {
    message,
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
  };
}

/** Anthropic's error body. */
export function errorBody(error: GatewayError, { requestId, vendor }: ErrorContext): JsonObject {
  const message = vendor?.message ?? error.message;
  return { type: 'error', error: { type: errorType(error, vendor), message }, request_id: requestId };
}

/** Ends a broken stream: a client takes it as a failure, and no `message_stop` follows. */
export function errorEvent(error: GatewayError, context: ErrorContext): string {
  return formatEvent(errorBody(error, context), 'error');
}

function errorType(error: GatewayError, vendor: VendorError | undefined): string {
  const { type, status } = error.row;
  const own = vendor?.type === undefined ? undefined : valueIn(STATUSES, vendor.type);
  // OpenAI calls a model that it does not know an `invalid_request_error` too.
  if (vendor?.type !== undefined && own !== undefined && (own === error.status || error.status === status)) {
    return vendor.type;
  }
  if (error.status === status && Object.hasOwn(STATUSES, type)) return type;
  return typeOfStatus(error.status);
}

function typeOfStatus(status: number): string {
  const own = Object.entries(STATUSES).find(([, known]) => known === status)?.[0] ?? TYPES[status];
  return own ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error');
}
