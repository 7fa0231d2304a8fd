import type { JsonObject } from '../conversation.js';
import type { ReplyContext, StreamEncoder } from '../dialect.js';
import type { Finish, Reply, StreamEvent } from '../reply.js';
import { formatEvent } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { readAdoptedStream } from './openai-responses.adopted-stream.js';
import { OutputWriter } from './openai-responses.output-writer.js';
import { responseObject, type ResponseState, statusOf } from './openai-responses.response.js';

type Head = Pick<Reply, 'model' | 'createdAt'>;

/** Writes a stream of response events, numbered from 0. */
export class ResponsesStreamEncoder implements StreamEncoder {
  private readonly writer: OutputWriter;
  private pending = '';
  private sequence = 0;
  private head: Head | undefined;
  private finish: Finish | undefined;
  private usage: TokenUsage | undefined;
  private hasRefusal = false;
  /** The response's, where another server began it. */
  private id: string | undefined;

  constructor(private readonly context: ReplyContext) {
    this.writer = new OutputWriter(context, (type, fields) => {
      this.pending += this.format(type, fields);
    });
  }

  write(event: StreamEvent): string {
    if (event.type === 'error' || event.type === 'done') return '';
    this.start(event.type === 'start' ? event : {});
    if (event.type === 'usage') this.usage = event.usage;
    if (event.type === 'refusal') this.hasRefusal = true;
    if (event.type === 'finish') this.finished(event.choice, event.finish);
    if ('part' in event) this.writer.write(event);
    return this.take();
  }

  end(): { readonly closing: string; readonly terminal: string } {
    this.start({});
    const status = statusOf(this.finish, this.hasRefusal);
    this.writer.close(status.status);
    const closing = this.take();
    const response = this.response({ output: this.writer.items, status, usage: this.usage });
    return { closing, terminal: this.format(`response.${status.status}`, { response }) };
  }

  adopt(sent: Buffer): void {
    const adopted = readAdoptedStream(sent);
    this.id = adopted.responseId;
    this.sequence = adopted.nextSequence;
    this.writer.adopt(adopted);
  }

  private finished(choice: number, finish: Finish): void {
    if (choice > 0) return;
    this.finish = finish;
    this.writer.close(statusOf(finish, this.hasRefusal).status);
  }

  private start(head: Head): void {
    if (this.head) return;
    this.head = head;
    const response = this.response({ output: [], status: undefined });
    this.pending += this.format('response.created', { response }) + this.format('response.in_progress', { response });
  }

  private response(state: ResponseState): JsonObject {
    const response = responseObject(this.context, this.head ?? {}, state);
    return this.id === undefined ? response : { ...response, id: this.id };
  }

  private format(type: string, fields: JsonObject): string {
    return formatEvent({ type, sequence_number: this.sequence++, ...fields }, type);
  }

  private take(): string {
    const text = this.pending;
    this.pending = '';
    return text;
  }
}
