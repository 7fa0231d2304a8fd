import type { JsonObject } from '../conversation.js';
import type { ReplyContext, StreamEncoder } from '../dialect.js';
import type { Finish, PartEvent, StreamEvent } from '../reply.js';
import { formatEvent } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { BlockWriter } from './anthropic-messages.block-writer.js';
import { messageBody } from './anthropic-messages.reply.encode.js';
import { stopFields } from './anthropic-messages.stop-reason.js';
import { usageFields } from './anthropic-messages.usage.js';

/**
 * Writes a stream of events. What a vendor counts is known at the end, so the first event tells 0 and the last one all.
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export class MessagesStreamEncoder implements StreamEncoder {
  private readonly blocks: BlockWriter;
  private hasStarted = false;
  private finish: Finish | undefined;
  private usage: TokenUsage | undefined;

  constructor(private readonly context: ReplyContext) {
    this.blocks = new BlockWriter(context.losses);
  }

  write(event: StreamEvent): string {
    if ('part' in event) return this.part(event);
    if (event.type === 'start') return this.start(event);
    if (event.type === 'usage') this.usage = event.usage;
    if (event.type === 'finish' && event.choice === 0) this.finish = event.finish;
    return '';
  }

  end(): { readonly closing: string; readonly terminal: string } {
    const delta = { container: null, stop_details: null, ...stopFields(this.finish) };
    const messageDelta = { type: 'message_delta', delta, usage: usageFields(this.usage), context_management: null };
    const closing = this.start({}) + format(this.blocks.close()) + format([messageDelta]);
    return { closing, terminal: format([{ type: 'message_stop' }]) };
  }

  private part(event: PartEvent): string {
    if (event.choice !== 0) {
      this.context.losses.add('n');
      return '';
    }
    return this.start({}) + format(this.blocks.write(event));
  }

  private start(head: { readonly id?: string | undefined; readonly model?: string | undefined }): string {
    if (this.hasStarted) return '';
    this.hasStarted = true;
    const message = messageBody(head, this.context, { content: [], usage: this.usage });
    return format([{ type: 'message_start', message }]);
  }
}

function format(events: readonly JsonObject[]): string {
  return events.map((event) => formatEvent(event, String(event['type']))).join('');
}
