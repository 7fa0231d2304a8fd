import { GatewayError } from '../errors/gateway-error.js';
import type { UpstreamError, VendorError } from '../errors/upstream-error.js';

interface VendorRefusalDetails {
  readonly status?: number | undefined;
  readonly cause: UpstreamError;
  /** The vendor's body, where it is in the client's own dialect. */
  readonly body?: Buffer | undefined;
  readonly words?: VendorError | undefined;
}

/** A vendor's own 4xx about this request. Its words go to the caller as they are: agents recover by reading them. */
export class VendorRefusal extends GatewayError {
  readonly body: Buffer | undefined;
  readonly words: VendorError | undefined;

  /** @param message for the log, which a vendor's words, that may quote the prompt, must not reach */
  constructor(message: string, { status, cause, body, words }: VendorRefusalDetails) {
    super('upstream_error', message, { status, retryable: false, cause });
    this.body = body;
    this.words = words;
  }
}

export function vendorWords(error: GatewayError): VendorError | undefined {
  return error instanceof VendorRefusal ? error.words : undefined;
}
