import type { GatewayError } from '../../errors/gateway-error.js';
import type { JsonObject } from '../conversation.js';
import { saysContextOverflow } from '../context-overflow.js';
import { asText, compact, isObject, objectsIn } from '../fields.js';
import { saysKeyRefused } from '../refused-key.js';
import type { VendorError } from '../reply.js';
import { valueIn } from '../table.js';

interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** The status that a vendor's class or code of a failure stands for, where it does not say one. */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  context_length_exceeded: 400,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  server_error: 500,
  api_error: 500,
  internal_server_error: 500,
  overloaded_error: 503,
  service_unavailable: 503,
  over_capacity: 503,
  timeout_error: 504,
};

/** A class of failure in the form of OpenAI's; Gemini's are in capitals. */
const OWN_WORD = /^[a-z_]+$/;

/**
 * OpenAI's error body. openai-node reads only `error`, so its four keys are always there.
 * @param vendor what the vendor said of the failure, where that is for the caller
 */
export function toErrorBody(error: GatewayError, vendor?: VendorError): ErrorBody {
  return {
    error: {
      message: vendor?.message ?? error.message,
      type: vendor?.type !== undefined && OWN_WORD.test(vendor.type) ? vendor.type : error.type,
      param: vendor?.param ?? error.param ?? null,
      code: vendor?.code ?? impliedCode(vendor) ?? error.row.code,
    },
  };
}

/** Clients recover from a prompt that is too long by this code; other dialects say it in words only. */
function impliedCode(vendor: VendorError | undefined): string | undefined {
  return vendor && saysContextOverflow(vendor.message) ? 'context_length_exceeded' : undefined;
}

/**
 * The event that ends a broken stream. `finish_reason: error` and the top-level `error` make SDKs throw; no `[DONE]`
 * may follow, since a stream that merely ends is taken as complete.
 */
export function toErrorEvent(error: GatewayError, model: string, vendor?: VendorError): string {
  const chunk = {
    id: 'chatcmpl-error',
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model,
    ...toErrorBody(error, vendor),
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** What a vendor's error object says, in the forms that vendors give it. */
export function vendorMessage(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  return isObject(error) ? asText(error['message']) : undefined;
}

/**
 * What an error body says: `{ error: {…} }`, `{ error: "…" }`, the inner object alone (Mistral, vLLM, Cerebras), a list
 * of one (Gemini), `{ detail }` (servers made with FastAPI).
 */
export function readChatError(body: unknown): VendorError | undefined {
  if (Array.isArray(body)) return readChatError(body[0]);
  if (!isObject(body)) return undefined;
  const { error } = body;
  if (isObject(error)) return readInner(error, body);
  return readInner(typeof error === 'string' && error !== '' ? { ...body, message: error } : body, body);
}

const UNREADABLE: VendorError = { message: 'The provider reported an error.' };

/**
 * The failure that a chunk, or a reply, tells in place of an answer: at its top, in a choice (OpenRouter) or beside the
 * request's id (Groq).
 */
export function failureIn(chunk: JsonObject): VendorError | undefined {
  const places = [chunk, ...objectsIn(chunk['choices']), ...objectsIn([chunk['x_groq']])];
  const failed = places.find((place) => Boolean(place['error']) || place['object'] === 'error');
  return failed && readFailure(failed);
}

/** What an event says that is a failure by its name. */
export function readFailure(chunk: JsonObject): VendorError {
  return readChatError(chunk) ?? UNREADABLE;
}

const ERROR_NAME = /^event:[ \t]*error[ \t]*\r?$/m;
const DATA_START = 'd'.charCodeAt(0);

/** Whether a server-sent event is named `error`. Events with nothing but data, nearly all, cost one comparison. */
export function isErrorEvent(event: Buffer): boolean {
  return event[0] !== DATA_START && ERROR_NAME.test(event.toString('latin1'));
}

function readInner(error: JsonObject, body: JsonObject): VendorError | undefined {
  const message = asText(error['message']) ?? detailOf(error['detail']);
  if (message === undefined) return undefined;
  const [type, code, param] = [asText(error['type']), asText(error['code']), asText(error['param'])];
  const said = { message, ...compact({ type, code, param }) };
  if (saysKeyRefused(said)) return { ...said, status: 401 };
  const numbers = [error['status_code'], error['status'], error['code'], body['status_code'], body['status']];
  const status = numbers.find(isStatus) ?? impliedStatus(code) ?? impliedStatus(type);
  return { ...said, ...compact({ status }) };
}

function detailOf(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail;
  const found = objectsIn(detail).flatMap(({ msg }) => asText(msg) ?? []);
  return found.length === 0 ? undefined : found.join('; ');
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
}

function impliedStatus(word: string | undefined): number | undefined {
  return word === undefined ? undefined : valueIn(STATUSES, word);
}
