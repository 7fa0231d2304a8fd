import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { UpstreamError } from '../errors/upstream-error.js';

interface CollectedReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly data: Buffer;
}

/**
 * Makes one call and reads its whole body, without a stream object in between: for short replies that object costs as
 * much as the rest of the call.
 * @throws UpstreamError `invalid_reply` when the body is longer than `maxBytes`
 * @throws the signal's reason when it aborts
 */
export function collectBody(
  pool: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  maxBytes: number,
): Promise<CollectedReply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    let abort: (() => void) | undefined;
    pool.dispatch(options, {
      onRequestStart(controller) {
        abort = () => controller.abort(signal.reason);
        if (signal.aborted) abort();
        else signal.addEventListener('abort', abort, { once: true });
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        status = statusCode;
        headers = responseHeaders;
      },
      onResponseData(controller, chunk) {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > maxBytes) {
          controller.abort(new UpstreamError({ reason: 'invalid_reply' }, `a reply of more than ${maxBytes} bytes`));
        }
      },
      onResponseEnd() {
        if (abort) signal.removeEventListener('abort', abort);
        const [first] = chunks;
        resolve({ status, headers, data: first && chunks.length === 1 ? first : Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        if (abort) signal.removeEventListener('abort', abort);
        reject(error);
      },
    });
  });
}
