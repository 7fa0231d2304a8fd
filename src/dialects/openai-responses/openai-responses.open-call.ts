import type { JsonObject, Signature } from '../conversation.js';
import { compact } from '../fields.js';
import type { PartEvent } from '../reply.js';
import type { ToolNamespaces } from './openai-responses.names.js';
import type { ItemPlace, OpenItem } from './openai-responses.open-item.js';

type CallStart = Extract<PartEvent, { type: 'tool-call' }>;

/** A tool call that is being written. */
export class OpenCall implements OpenItem {
  signature: Signature | undefined;
  private text = '';
  private isOver = false;

  constructor(
    private readonly place: ItemPlace,
    private readonly call: CallStart,
    private readonly namespaces: ToolNamespaces,
  ) {
    place.emit('response.output_item.added', { output_index: place.index, item: this.item('in_progress') });
  }

  get callId(): string {
    return this.call.id;
  }

  takes(event: PartEvent): boolean {
    return !this.isOver && (event.type === 'arguments' || event.type === 'signature');
  }

  write(event: PartEvent): void {
    if (event.type === 'signature') this.signature = event.signature;
    if (event.type !== 'arguments' || event.text === '') return;
    this.text += event.text;
    this.emit('delta', { delta: event.text });
  }

  endPart(): void {
    this.isOver = true;
  }

  close(status: string): JsonObject {
    // OpenAI's functions always have arguments.
    if (this.text === '' && !this.call.custom) {
      this.text = '{}';
      this.emit('delta', { delta: this.text });
    }
    const item = this.item(status);
    this.emit('done', this.call.custom ? { input: this.text } : { name: item['name'], arguments: this.text });
    this.place.emit('response.output_item.done', { output_index: this.place.index, item });
    return item;
  }

  private emit(what: string, fields: JsonObject): void {
    const { id, index, emit } = this.place;
    const type = this.call.custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
    emit(`${type}.${what}`, { item_id: id, output_index: index, ...fields });
  }

  private item(status: string): JsonObject {
    const { id, name, custom } = this.call;
    const namespace = this.namespaces.get(name);
    return compact({
      id: this.place.id,
      type: custom ? 'custom_tool_call' : 'function_call',
      status,
      call_id: id,
      name: namespace?.member ?? name,
      namespace: namespace?.name,
      ...(custom ? { input: this.text } : { arguments: this.text }),
    });
  }
}
