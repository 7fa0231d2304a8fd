import type { StreamDecoder, UnknownFields } from '../dialect.js';
import { Fields, asCount } from '../fields.js';
import { parseEvent } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { readException } from './bedrock-converse.error.js';
import { readFinish } from './bedrock-converse.finish.js';
import { StreamBlock } from './bedrock-converse.stream-block.js';
import { readUsage } from './bedrock-converse.usage.js';
import { EventStreamFrames, type Frame } from './event-stream-frames.js';

/**
 * Reads the frames of `converse-stream`: messageStart, (contentBlockStart?, contentBlockDelta*, contentBlockStop)*,
 * messageStop, metadata. Only tool calls begin with a start.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export class BedrockConverseStreamDecoder implements StreamDecoder {
  private readonly frames = new EventStreamFrames();
  private readonly blocks = new Map<number, StreamBlock>();
  private stopped = false;
  private ended = false;

  constructor(private readonly unknown: UnknownFields | undefined) {}

  push(chunk: Buffer): readonly StreamEvent[] {
    return this.frames.push(chunk).flatMap((frame) => (this.ended ? [] : this.read(frame)));
  }

  end(): readonly StreamEvent[] {
    if (!this.stopped || this.ended) return [];
    this.ended = true;
    return [{ type: 'done' }];
  }

  private read(frame: Frame): readonly StreamEvent[] {
    if (frame.headers.get(':message-type') !== 'event') {
      this.ended = true;
      return [{ type: 'error', error: readException(frame) }];
    }
    const type = frame.headers.get(':event-type') ?? '';
    // `p` pads the frames to hide the lengths of tokens.
    const fields = new Fields(parseEvent(frame.payload.toString()), type, this.unknown).ignore('p');
    const events = this.readEvent(type, fields);
    fields.end();
    return events;
  }

  private readEvent(type: string, fields: Fields): readonly StreamEvent[] {
    switch (type) {
      case 'messageStart':
        fields.ignore('role');
        return [{ type: 'start' }];
      case 'contentBlockStart':
        return this.block(fields).start(fields.get('start'));
      case 'contentBlockDelta':
        return this.block(fields).add(fields.get('delta'));
      case 'contentBlockStop':
        return this.block(fields).stop();
      case 'messageStop':
        return this.stop(fields);
      case 'metadata':
        return this.readMetadata(fields);
      default:
        this.unknown?.add(`event.${type}`);
        return [];
    }
  }

  private block(fields: Fields): StreamBlock {
    const index = asCount(fields.get('contentBlockIndex')) ?? 0;
    const known = this.blocks.get(index);
    if (known) return known;
    const block = new StreamBlock(index, this.unknown);
    this.blocks.set(index, block);
    return block;
  }

  private stop(fields: Fields): readonly StreamEvent[] {
    this.stopped = true;
    const finish = readFinish(fields.get('stopReason') ?? '', fields.get('additionalModelResponseFields'));
    const open = [...this.blocks.values()].flatMap((block) => block.stop());
    return finish ? [...open, { type: 'finish', choice: 0, finish }] : open;
  }

  private readMetadata(fields: Fields): readonly StreamEvent[] {
    const usage = readUsage(fields.get('usage'), this.unknown);
    fields.ignore('metrics', 'trace', 'performanceConfig', 'serviceTier');
    const events: StreamEvent[] = usage ? [{ type: 'usage', usage }] : [];
    return [...events, ...this.end()];
  }
}
