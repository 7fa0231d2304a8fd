/** One row of the table: what a caller sees of a failure. */
export interface ErrorRow {
  /** HTTP status. */
  readonly status: number;
  /** Machine-readable code, the contract's name for the case. */
  readonly code: string;
  /** Coarser class, in the words that OpenAI's and Anthropic's SDKs know. */
  readonly type: string;
  /** Whether the same request may succeed later; `false` is sent as `x-should-retry: false`. */
  readonly retryable: boolean;
}

/** Every failure the gateway can answer with. Shapes for each dialect are made from these rows. */
export const errorTable = {
  invalid_request: row(400, 'invalid_request_error', 'invalid_request_error', false),
  invalid_api_key: row(401, 'invalid_api_key', 'authentication_error', false),
  model_not_found: row(404, 'model_not_found', 'not_found_error', false),
  not_found: row(404, 'not_found', 'not_found_error', false),
  request_timeout: row(408, 'request_timeout', 'timeout_error', true),
  request_too_large: row(413, 'request_too_large', 'request_too_large', false),
  rate_limit_exceeded: row(429, 'rate_limit_exceeded', 'rate_limit_error', true),
  /** nginx's status for a client that went away; it is recorded and never sent. */
  client_closed_request: row(499, 'client_closed_request', 'client_closed_request', false),
  internal_error: row(500, 'internal_error', 'api_error', true),
  upstream_error: row(502, 'upstream_error', 'api_error', true),
  overloaded: row(503, 'overloaded', 'overloaded_error', true),
  upstream_timeout: row(504, 'upstream_timeout', 'timeout_error', true),
} as const satisfies Record<string, ErrorRow>;

export type ErrorKind = keyof typeof errorTable;

/** The class of a failure with this status, whoever says it: 429 is a `rate_limit_error`, another 4xx is the request's. */
export function typeOfStatus(status: number): string | undefined {
  return typesByStatus.get(status) ?? (status < 500 ? 'invalid_request_error' : undefined);
}

/** Of two rows with one status, the first. */
const typesByStatus: ReadonlyMap<number, string> = new Map(
  Object.values(errorTable)
    .toReversed()
    .map(({ status, type }) => [status, type]),
);

function row(status: number, code: string, type: string, retryable: boolean): ErrorRow {
  return { status, code, type, retryable };
}
