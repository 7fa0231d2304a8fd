import type { StreamDecoder, UnknownFields } from '../dialect.js';
import { parseEventObject } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { eventData, SseSplitter } from '../sse.js';
import { ChunkDecoder } from './openai-chat.chunk-decoder.js';
import { isErrorEvent, readFailure } from './openai-chat.error.js';

/** Reads a stream of chat completion chunks. */
export class ChatStreamDecoder implements StreamDecoder {
  private readonly splitter = new SseSplitter();
  private readonly chunks: ChunkDecoder;
  /** The vendor has told the answer's end or a failure. */
  private hasEnded = false;

  constructor(unknown?: UnknownFields) {
    this.chunks = new ChunkDecoder('delta', unknown);
  }

  push(chunk: Buffer): readonly StreamEvent[] {
    return this.splitter.push(chunk).flatMap((event) => this.read(event));
  }

  /** Some servers never send `[DONE]`: an answer whose parts have all ended is whole without it. */
  end(): readonly StreamEvent[] {
    const rest = this.splitter.rest();
    const events = rest ? [...this.read(rest)] : [];
    if (this.hasEnded || !this.chunks.isFinished) return events;
    this.hasEnded = true;
    return [...events, { type: 'done' }];
  }

  private read(event: Buffer): readonly StreamEvent[] {
    const data = eventData(event)?.trim() ?? '';
    if (data === '' || this.hasEnded) return [];
    const events = this.readData(event, data);
    this.hasEnded = events.some(({ type }) => type === 'error' || type === 'done');
    return events;
  }

  private readData(event: Buffer, data: string): readonly StreamEvent[] {
    if (data === '[DONE]') return [{ type: 'done' }];
    const chunk = parseEventObject(Buffer.from(data, 'latin1').toString());
    if (!isErrorEvent(event)) return this.chunks.read(chunk);
    return [{ type: 'error', error: readFailure(chunk) }];
  }
}
