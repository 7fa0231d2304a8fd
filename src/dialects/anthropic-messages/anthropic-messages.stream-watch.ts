import type { EventKind, StreamWatch } from '../dialect.js';
import type { JsonObject } from '../conversation.js';
import { EscapedText, MAX_SEARCHED_CHARACTERS } from '../escaped-text.js';
import { asObject, asText } from '../fields.js';
import type { WrittenText } from '../reply-facts.js';
import type { VendorError } from '../reply.js';
import { eventData, eventObject } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { readError } from './anthropic-messages.error.js';
import { readCounts, toUsage, type UsageCounts } from './anthropic-messages.usage.js';
import { writtenIn } from './anthropic-messages.written.js';

/** Anthropic writes an event's type first; the others are parsed to learn it. */
const TYPE = /^\{\s*"type"\s*:\s*"(\w+)"/;
const TEXT = /"(?:text|thinking|partial_json)"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/g;

/** Watches a stream that goes to the client as bytes. Deltas, which are nearly all of it, are not parsed. */
export class MessagesStreamWatch implements StreamWatch {
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  finishedChoices = 0;
  error: VendorError | undefined;
  hasBegun = false;
  private counts: UsageCounts = {};
  private readonly text = new EscapedText();
  private hasBlock = false;

  get hasText(): boolean {
    return this.hasBlock || !this.text.isEmpty;
  }

  written(): WrittenText {
    return this.text.written();
  }

  read(event: Buffer): EventKind {
    const data = eventData(event)?.trim();
    if (data === undefined || data === '') return 'quiet';
    if (!data.startsWith('{') || !data.endsWith('}')) return 'malformed';
    const type = TYPE.exec(data)?.[1];
    if (type === 'content_block_delta' && data.length <= MAX_SEARCHED_CHARACTERS) {
      this.hasBegun = true;
      for (const [, text = ''] of data.matchAll(TEXT)) this.text.keep(text);
      return 'chunk';
    }
    if (type === 'ping') return 'quiet';
    if (type === 'content_block_stop') return 'chunk';
    if (type === 'message_stop') return 'done';
    return this.readWhole(data);
  }

  private readWhole(data: string): EventKind {
    const event = eventObject(data);
    if (!event) return 'malformed';
    switch (event['type']) {
      case 'message_start':
        this.start(asObject(event['message']));
        return 'chunk';
      case 'message_delta':
        this.hasBegun = true;
        this.delta(asObject(event['delta']), event['usage']);
        return 'chunk';
      case 'content_block_start':
        this.keepBlock(asObject(event['content_block']));
        return 'chunk';
      case 'content_block_delta':
        this.hasBegun = true;
        for (const text of writtenIn(asObject(event['delta']))) this.text.keepText(text);
        return 'chunk';
      case 'message_stop':
        return 'done';
      case 'ping':
        return 'quiet';
      default:
        return this.failure(event);
    }
  }

  private failure(event: JsonObject): EventKind {
    if (event['type'] !== 'error' && !('error' in event)) return 'chunk';
    this.error = readError(event) ?? { message: 'The provider reported an error.' };
    return 'error';
  }

  private start(message: JsonObject): void {
    this.model = asText(message['model']);
    this.count(message['usage']);
  }

  private delta(delta: JsonObject, usage: unknown): void {
    this.count(usage);
    const reason = asText(delta['stop_reason']);
    if (reason === undefined) return;
    this.finishReason = reason;
    this.finishedChoices = 1;
  }

  private count(usage: unknown): void {
    this.counts = readCounts(usage, 'usage', undefined, this.counts);
    this.usage = toUsage(this.counts);
  }

  private keepBlock(block: JsonObject): void {
    // A text begins empty; any other block is something already.
    if (block['type'] !== 'text' && block['type'] !== 'thinking') this.hasBlock = true;
    if (block['type'] !== 'text') this.hasBegun = true;
    for (const text of writtenIn(block)) this.text.keepText(text);
  }
}
