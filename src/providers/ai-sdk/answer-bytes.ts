import { asObject, compact } from '../../dialects/fields.js';
import { formatEvent } from '../../dialects/sse.js';
import { unlessAborted } from '../unless-aborted.js';
import { reportedError, toUpstreamError } from './upstream-failure.js';

/** What `doGenerate` gives, without the HTTP exchange that packages keep in it. */
export function resultBytes(result: object): Buffer {
  const { content, finishReason, usage, providerMetadata, warnings, response } = asObject(result);
  const { id, modelId, timestamp } = asObject(response);
  const answer = { content, finishReason, usage, providerMetadata, warnings };
  return Buffer.from(JSON.stringify(jsonable(compact({ ...answer, response: { id, modelId, timestamp } }))));
}

/**
 * The parts that `doStream` gives, as server-sent events. Leaving the iteration early cancels the stream.
 * @param name the provider's, for messages
 * @throws UpstreamError when the stream breaks off
 * @throws the signal's reason when it aborts
 */
export async function* streamBytes(
  name: string,
  stream: ReadableStream<unknown>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await unlessAborted(signal, reader.read());
      if (done) return;
      const part = asObject(value);
      // The vendor's own events; the decoder has no use for them.
      if (part['type'] === 'raw') continue;
      const isError = part['type'] === 'error';
      const told = isError ? errorPart(name, part['error'], signal) : asObject(jsonable(part));
      yield Buffer.from(formatEvent(told));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw toUpstreamError(name, error);
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Packages report a broken connection as a part too; that is no word of the vendor's. */
function errorPart(name: string, error: unknown, signal: AbortSignal): object {
  signal.throwIfAborted();
  const failure = toUpstreamError(name, error);
  if (failure.failure.reason === 'network') throw failure;
  return { type: 'error', error: reportedError(error) };
}

/** A copy in which files are base64. */
function jsonable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonable);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, jsonable(item)]));
}
