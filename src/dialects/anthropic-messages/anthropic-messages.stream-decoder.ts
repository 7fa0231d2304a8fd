import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import type { StreamDecoder, UnknownFields } from '../dialect.js';
import { asCount, asObject, asText, Fields } from '../fields.js';
import { parseEventObject } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { SseReader } from '../sse.js';
import { MESSAGE_MARKS } from './anthropic-messages.block-kinds.js';
import { BlockReader } from './anthropic-messages.block-reader.js';
import { readError } from './anthropic-messages.error.js';
import { readFinish } from './anthropic-messages.stop-reason.js';
import { readCounts, toUsage, type UsageCounts } from './anthropic-messages.usage.js';

/**
 * Reads a stream of events. Its usage is a running total that the last event corrects.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export class MessagesStreamDecoder implements StreamDecoder {
  isWorking = false;
  private readonly reader = new SseReader();
  private readonly blocks: BlockReader;
  private counts: UsageCounts = {};

  constructor(private readonly unknown?: UnknownFields) {
    this.blocks = new BlockReader(unknown);
  }

  push(chunk: Buffer): readonly StreamEvent[] {
    return this.reader.push(chunk).flatMap((data) => this.read(data));
  }

  end(): readonly StreamEvent[] {
    return this.reader.end().flatMap((data) => this.read(data));
  }

  private read(data: string): readonly StreamEvent[] {
    const event = parseEventObject(data);
    const type = asText(event['type']) ?? '';
    const fields = new Fields(event, type, this.unknown).ignore('type');
    const events = this.eventsOf(type, event, fields);
    fields.end();
    return events;
  }

  private eventsOf(type: string, event: JsonObject, fields: Fields): readonly StreamEvent[] {
    switch (type) {
      case 'message_start':
        return this.start(fields.get('message'));
      case 'content_block_start':
        return this.startBlock(index(fields), asObject(fields.get('content_block')));
      case 'content_block_delta':
        return this.blocks.delta(index(fields), asObject(fields.get('delta')));
      case 'content_block_stop':
        return this.blocks.stop(index(fields));
      case 'message_delta':
        fields.ignore('context_management', 'input_transformations');
        return this.delta(fields.get('delta'), fields.get('usage'));
      case 'message_stop':
        return [{ type: 'done' }];
      case 'ping':
        return [];
      default:
        return this.failure(type, event, fields);
    }
  }

  private start(message: unknown): readonly StreamEvent[] {
    const fields = new Fields(message, 'message', this.unknown).ignore(...MESSAGE_MARKS);
    const id = asText(fields.get('id'));
    const model = asText(fields.get('model'));
    this.counts = readCounts(fields.get('usage'), 'message.usage', this.unknown);
    fields.ignore('content', 'stop_reason', 'stop_sequence').end();
    return [{ type: 'start', id, model }, ...this.usage()];
  }

  private startBlock(part: number, block: JsonObject): readonly StreamEvent[] {
    // Of a text nothing is there yet; a model that thinks may not show any of that.
    if (block['type'] !== 'text') this.isWorking = true;
    return this.blocks.start(part, block);
  }

  private delta(delta: unknown, usage: unknown): readonly StreamEvent[] {
    const fields = new Fields(delta, 'message_delta.delta', this.unknown).ignore('container', 'stop_details');
    const finish = readFinish(fields.get('stop_reason'), fields.get('stop_sequence'));
    fields.end();
    this.counts = readCounts(usage, 'message_delta.usage', this.unknown, this.counts);
    return [...this.usage(), ...(finish ? [{ type: 'finish' as const, choice: 0, finish }] : [])];
  }

  private usage(): readonly StreamEvent[] {
    const usage = toUsage(this.counts);
    return usage ? [{ type: 'usage', usage }] : [];
  }

  private failure(type: string, event: JsonObject, fields: Fields): readonly StreamEvent[] {
    fields.ignore('error', 'request_id');
    const error = type === 'error' || 'error' in event ? readError(event) : undefined;
    if (error) return [{ type: 'error', error }];
    if (type === '' || type === 'error') {
      throw new UpstreamError({ reason: 'invalid_reply' }, 'an event says neither what it is nor what failed');
    }
    // New kinds of events may come at any time, Anthropic's documentation says.
    this.unknown?.add(type);
    return [];
  }
}

function index(fields: Fields): number {
  return asCount(fields.get('index')) ?? 0;
}
