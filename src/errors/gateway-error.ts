import { type ErrorKind, type ErrorRow, errorTable, typeOfStatus } from './error-table.js';

interface GatewayErrorDetails {
  /** The request's field at fault, as a path: `messages[2].role`. */
  readonly param?: string;
  /** When a retry makes sense, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** Overrides the row's status, for a vendor's own 4xx that is handed on. */
  readonly status?: number;
  /** Overrides the row's, where this failure is one that a retry cannot help. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A failure with a row in the error table. Its message is written for the caller: no secret, path or stack. */
export class GatewayError extends Error {
  readonly row: ErrorRow;
  readonly status: number;
  /** The row's class of failure, or that of the status which overrides the row's. */
  readonly type: string;
  readonly retryable: boolean;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly kind: ErrorKind,
    message: string,
    details: GatewayErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'GatewayError';
    this.row = errorTable[kind];
    this.status = details.status ?? this.row.status;
    this.type = details.status === undefined ? this.row.type : (typeOfStatus(details.status) ?? this.row.type);
    this.retryable = details.retryable ?? this.row.retryable;
    this.param = details.param;
    this.retryAfterMs = details.retryAfterMs;
  }
}
