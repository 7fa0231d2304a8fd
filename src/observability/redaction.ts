const MASK = '[redacted]';

/** Forms of keys in running text: vendors' and our own prefixes, and whatever follows an authorization scheme. */
const KEY_FORMS = [
  /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi,
  /\b(?:sk|pk|rk|gw|gsk|xai|key)[-_][\w-]{8,}/g,
  /\bAIza[\w-]{20,}/g,
  /\bAKIA[A-Z0-9]{12,}/g,
];

/** Text without anything that has the form of a key. */
export function redactText(text: string): string {
  return KEY_FORMS.reduce((redacted, form) => redacted.replace(form, MASK), text);
}

/** Names of fields whose whole value is a secret. */
const SECRET_FIELD =
  /^(proxy-)?authorization$|api[-_]?key$|^(set-)?cookie$|secret|password|^(access|refresh|id)[-_]?token$/i;

const MAX_DEPTH = 8;

/** A copy of what is to be logged, without anything that has the form of a key or stands where keys stand. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return serializeError(value);
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return redactFields(value, depth);
}

function redactFields(fields: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELD.test(name) ? MASK : redactValue(value, depth + 1),
    ]),
  );
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const MAX_CAUSES = 5;

/**
 * The fields of an error that are safe to log. HTTP clients hang their whole configuration, headers included, on the
 * errors they throw, so other fields are left out.
 */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: describe(error) };
  return {
    type: error.name,
    message: describe(error.message),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(error.stack !== undefined && { stack: describe(error.stack) }),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: serializeError(error.cause, depth + 1) }),
  };
}

/** Anything can be thrown; what is no text is not looked into. */
function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return 'an object';
  return redactText(String(value));
}
