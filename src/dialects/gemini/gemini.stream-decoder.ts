import type { StreamDecoder, UnknownFields } from '../dialect.js';
import { parseEvent } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { SseReader } from '../sse.js';
import { ChunkReader } from './gemini.chunk-reader.js';
import { readError } from './gemini.error.js';

/** Reads `streamGenerateContent?alt=sse`, whose every event is a `GenerateContentResponse` and which has no last event. */
export class GeminiStreamDecoder implements StreamDecoder {
  private readonly events = new SseReader();
  private readonly chunks: ChunkReader;

  constructor(unknown?: UnknownFields) {
    this.chunks = new ChunkReader(unknown);
  }

  push(chunk: Buffer): readonly StreamEvent[] {
    return this.events.push(chunk).flatMap((data) => this.read(data));
  }

  end(): readonly StreamEvent[] {
    const events = this.events.end().flatMap((data) => this.read(data));
    return this.chunks.isWhole ? [...events, { type: 'done' }] : events;
  }

  private read(data: string): StreamEvent[] {
    const body = parseEvent(data);
    const error = readError(body);
    return error ? [{ type: 'error', error }] : this.chunks.read(body);
  }
}
