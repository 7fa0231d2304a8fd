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
    let request: Dispatcher.DispatchController | undefined;
    // A call whose connection is still being made cannot be aborted yet; its caller does not wait for that.
    const leave = (): void => {
      request?.abort(signal.reason);
      reject(signal.reason);
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    pool.dispatch(options, {
      onRequestStart(controller) {
        request = controller;
        if (signal.aborted) controller.abort(signal.reason);
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
        signal.removeEventListener('abort', leave);
        const [first] = chunks;
        resolve({ status, headers, data: first && chunks.length === 1 ? first : Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        signal.removeEventListener('abort', leave);
        reject(error);
      },
    });
  });
}
