import { UpstreamError } from '../../errors/upstream-error.js';
import type { StreamDecoder, UnknownFields } from '../dialect.js';
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
    return this.events.push(chunk).flatMap((data) => this.parts.read(parse(data)));
  }

  end(): readonly StreamEvent[] {
    return this.events.end().flatMap((data) => this.parts.read(parse(data)));
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'an event that is not JSON', { cause });
  }
}
