import type { JsonObject } from '../conversation.js';
import { asNumber, asObject, asText, isObject, objectsIn } from '../fields.js';
import { saysKeyRefused } from '../refused-key.js';
import type { VendorError } from '../reply.js';

/**
 * Reads an error part of a stream or a vendor's error body. Packages hand on what their vendor wrote, so the message
 * stands in `error`, which may be an object or a text, or at the top.
 */
export function readError(body: unknown): VendorError | undefined {
  const [first] = Array.isArray(body) ? body : [body];
  if (typeof first === 'string') return first === '' ? undefined : { message: first };
  const fields = asObject(first);
  const nested = fields['error'];
  if (typeof nested === 'string' && asText(fields['message']) === undefined) return { message: nested };
  return errorOf(isObject(nested) ? nested : fields);
}

function errorOf(fields: JsonObject): VendorError | undefined {
  const message = asText(fields['message']) ?? asText(fields['detail']);
  if (message === undefined) return undefined;
  const type = asText(fields['type']) ?? asText(fields['status']);
  const code = asText(fields['code']) ?? reasonIn(fields['details']);
  const param = asText(fields['param']);
  const status = saysKeyRefused({ message, type, code })
    ? 401
    : (httpStatus(fields['statusCode']) ?? httpStatus(fields['code']));
  return {
    message,
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
    ...(status !== undefined && { status }),
  };
}

function httpStatus(value: unknown): number | undefined {
  const status = asNumber(value);
  return status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

/** Google's code of a failure. */
function reasonIn(details: unknown): string | undefined {
  return objectsIn(details)
    .map(({ reason }) => asText(reason))
    .find((reason) => reason !== undefined);
}
