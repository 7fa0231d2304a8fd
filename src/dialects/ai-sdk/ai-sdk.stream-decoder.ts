import type { StreamDecoder, UnknownFields } from '../dialect.js';
import { parseEvent } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { SseReader } from '../sse.js';
import { PartReader } from './ai-sdk.part-reader.js';

/** Reads the stream parts that the provider writes as server-sent events, one in each. */
export class AiSdkStreamDecoder implements StreamDecoder {
  private readonly events = new SseReader();
  private readonly parts: PartReader;

  constructor(unknown: UnknownFields | undefined) {
    this.parts = new PartReader(unknown);
  }

  push(chunk: Buffer): readonly StreamEvent[] {
    return this.events.push(chunk).flatMap((data) => this.parts.read(parseEvent(data)));
  }

  end(): readonly StreamEvent[] {
    return this.events.end().flatMap((data) => this.parts.read(parseEvent(data)));
  }
}
