import { UpstreamError } from '../errors/upstream-error.js';

/** Far above any answer; an endless one must not fill the memory. */
export const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/**
 * Reads a body to its end.
 * @throws UpstreamError `invalid_reply` when it is longer than `maxBytes`, `network` when it breaks off
 */
export async function readBounded(body: AsyncIterable<Buffer> | Iterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw new UpstreamError({ reason: 'invalid_reply' }, `a reply of more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof UpstreamError) throw cause;
    throw new UpstreamError({ reason: 'network' }, 'the reply broke off', { cause });
  }
  return Buffer.concat(chunks);
}
