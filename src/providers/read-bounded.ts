import { UpstreamError } from '../errors/upstream-error.js';

/**
 * Reads a body to its end.
 * @throws UpstreamError `invalid_reply` when it is longer than `maxBytes`
 */
export async function readBounded(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new UpstreamError({ reason: 'invalid_reply' }, `a reply of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks);
}
