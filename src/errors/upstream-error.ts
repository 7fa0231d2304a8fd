/** A failure in a vendor's own words. */
export interface VendorError {
  readonly message: string;
  /** The vendor's class and code of the failure, such as `invalid_request_error`, `context_length_exceeded`. */
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  /** The HTTP status that the vendor's words themselves state or imply. */
  readonly status?: number | undefined;
}

/** What a refusal is about, where the vendor's words tell: a prompt that does not fit the model, or one it will not touch. */
export type RefusalSubject = 'context-window' | 'content-filter';

/** How one call to a vendor ended without a usable answer. */
export type UpstreamFailure =
  | {
      readonly reason: 'status';
      readonly status: number;
      /** As it came; empty where the vendor reported the failure inside a stream. */
      readonly body: Uint8Array;
      readonly retryAfterMs?: number | undefined;
      /** What a stream reported. */
      readonly reported?: VendorError | undefined;
      readonly subject?: RefusalSubject | undefined;
    }
  /** Refused, reset, cut or unresolvable: no whole answer came back. */
  | { readonly reason: 'network' }
  /** The vendor stayed silent for longer than the clock of that phase allows. */
  | {
      readonly reason: 'timeout';
      /** The caller's own deadline left less time than the settings do: it says nothing of the vendor. */
      readonly isShortened?: true | undefined;
    }
  /** An answer came, and it is not in the vendor's language. */
  | { readonly reason: 'invalid_reply' }
  /** This request cannot be put to the target, or its answer is of no use for it. That says nothing of the vendor. */
  | { readonly reason: 'unusable' }
  /** The call was never made: the address is not one the settings allow. */
  | { readonly reason: 'forbidden_address' };

/** Statuses after which the same call may succeed: openai-node and the vendors' own SDKs retry exactly these. */
const RETRYABLE_STATUSES = new Set([408, 409, 429]);

/** Statuses with which a vendor refuses the request itself; another try or another account cannot help. */
const REFUSAL_STATUSES = new Set([400, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431]);

/** Statuses that are about the account: its key, its bill, its rights. */
export const ACCOUNT_STATUSES = new Set([401, 402, 403]);

/** One failed call to a vendor. The message is for logs and may name the vendor's host, never a key. */
export class UpstreamError extends Error {
  constructor(
    readonly failure: UpstreamFailure,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'UpstreamError';
  }

  /** Whether the same target may answer when it is asked again. */
  get isRetryable(): boolean {
    const { failure, subject } = this;
    if (subject) return false;
    if (failure.reason === 'status') return failure.status >= 500 || RETRYABLE_STATUSES.has(failure.status);
    return failure.reason === 'network';
  }

  get subject(): RefusalSubject | undefined {
    return this.failure.reason === 'status' ? this.failure.subject : undefined;
  }

  /** Whether the vendor refused this very request, so that its own words belong to the caller. */
  get isRefusal(): boolean {
    if (this.failure.reason !== 'status') return false;
    return this.subject !== undefined || REFUSAL_STATUSES.has(this.failure.status);
  }

  /**
   * Whether no other target may be asked either. A model that one account lacks (404) may well be at another, and what is
   * too long for one model may fit the next.
   */
  get endsPlan(): boolean {
    if (this.failure.reason !== 'status' || this.subject === 'context-window') return false;
    return this.isRefusal && this.failure.status !== 404;
  }

  /** Whether it is the gateway's account that the vendor refuses; what it says of that is not for the caller. */
  get isAboutAccount(): boolean {
    return this.failure.reason === 'status' && !this.subject && ACCOUNT_STATUSES.has(this.failure.status);
  }

  get retryAfterMs(): number | undefined {
    return this.failure.reason === 'status' ? this.failure.retryAfterMs : undefined;
  }
}
