import { GatewayError } from '../errors/gateway-error.js';
import type { UpstreamError } from '../errors/upstream-error.js';

/** A vendor's own 4xx about this request. Its words go to the caller as they are: agents recover by reading them. */
export class VendorRefusal extends GatewayError {
  constructor(
    readonly body: Buffer,
    status: number,
    message: string,
    cause: UpstreamError,
  ) {
    super('upstream_error', message, { status, retryable: false, cause });
  }
}
