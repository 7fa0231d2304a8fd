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

/** Fields that pino masks wherever a log call may put them. */
export const redactedPaths = ['authorization', 'apiKey', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie'].flatMap(
  (field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`],
);

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
  if (!(error instanceof Error)) return { type: typeof error, message: redactText(String(error)) };
  return {
    type: error.name,
    message: redactText(error.message),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(error.stack !== undefined && { stack: redactText(error.stack) }),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: serializeError(error.cause, depth + 1) }),
  };
}
