import type { GatewayError } from '../../errors/gateway-error.js';
import type { VendorError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import type { ErrorContext } from '../dialect.js';
import { asText, isObject } from '../fields.js';
import { toErrorBody } from '../openai-chat/openai-chat.error.js';
import { saysKeyRefused } from '../refused-key.js';
import { formatEvent } from '../sse.js';
import { valueIn } from '../table.js';
import { responseId } from './openai-responses.ids.js';

/** What a failure's code means as an HTTP status, for failures inside a stream or a `200`. */
const STATUSES: Readonly<Record<string, number>> = {
  server_error: 500,
  internal_error: 500,
  vector_store_timeout: 504,
  server_is_overloaded: 503,
  slow_down: 503,
  overloaded_error: 503,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  usage_limit_reached: 429,
  usage_not_included: 403,
  model_not_found: 404,
};

/** Codes that are about the request: the caller's to mend. */
const REFUSALS =
  /^(?:context_length_exceeded|string_above_max_length|data_residency_mismatch|bio_policy|cyber_policy|misalignment_policy_violation|(?:invalid|unsupported|empty|failed_to|image|content_policy|missing)_\w+)$/;

/** Reads what a vendor says of a failure: an error body, a failed response, or an `error` event. */
export function readError(body: unknown): VendorError | undefined {
  if (!isObject(body)) return undefined;
  if (isObject(body['error'])) return errorIn(body['error']);
  return errorIn({ ...body, message: body['message'] ?? body['error'] ?? body['detail'] });
}

function errorIn(error: JsonObject): VendorError | undefined {
  const message = asText(error['message']);
  if (message === undefined) return undefined;
  const code = typeof error['code'] === 'number' ? String(error['code']) : asText(error['code']);
  // The type of an event is no class of failures.
  const type = error['type'] === 'error' ? undefined : asText(error['type']);
  const status = saysKeyRefused({ message, type, code }) ? 401 : (statusOf(code) ?? statusOf(type));
  return { message, type, code, param: asText(error['param']), status };
}

function statusOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (/^[45]\d\d$/.test(word)) return Number(word);
  return valueIn(STATUSES, word) ?? (REFUSALS.test(word) ? 400 : undefined);
}

/**
 * The event that ends a broken stream: `response.failed`, which Codex and the AI SDK read, with the top-level `error` on
 * which OpenAI's SDKs throw.
 */
export function errorEvent(error: GatewayError, context: ErrorContext): string {
  const body = toErrorBody(error, context.vendor);
  const { code, message } = body.error;
  return formatEvent(
    {
      type: 'response.failed',
      sequence_number: context.eventsSent ?? 0,
      response: failedResponse(context, { code, message }),
      ...body,
    },
    'response.failed',
  );
}

function failedResponse({ requestId, model = '' }: ErrorContext, error: JsonObject): JsonObject {
  return {
    id: responseId(requestId),
    object: 'response',
    created_at: 0,
    status: 'failed',
    error,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
  };
}
