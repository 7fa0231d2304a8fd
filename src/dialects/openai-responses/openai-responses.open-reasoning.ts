import type { JsonObject, Signature } from '../conversation.js';
import type { PartEvent } from '../reply.js';
import { wrapSignature } from '../signature-envelope.js';
import type { ItemPlace, OpenItem } from './openai-responses.open-item.js';
import { reasoningItem } from './openai-responses.reasoning.js';

/** Reasoning that is being written, as one summary text. */
export class OpenReasoning implements OpenItem {
  /** Known from the start: an id that comes later is not the item's. */
  private readonly firstSignature: Signature | undefined;
  private text = '';
  private isOver = false;

  /** @param signature where it is known from the start, since it may bring the item's id */
  constructor(
    private readonly place: ItemPlace,
    private signature: Signature | undefined,
  ) {
    this.firstSignature = signature;
    const { id, type } = this.item();
    const item = { id, type, summary: [] };
    place.emit('response.output_item.added', { output_index: place.index, item });
  }

  private get id(): unknown {
    return reasoningItem('', this.firstSignature, this.place.id)['id'];
  }

  takes(event: PartEvent): boolean {
    return !this.isOver && (event.type === 'reasoning' || event.type === 'signature');
  }

  write(event: PartEvent): void {
    if (event.type === 'signature') this.signature ??= event.signature;
    if (event.type !== 'reasoning' || event.text === '') return;
    if (this.text === '') this.emit('part.added', { part: { type: 'summary_text', text: '' } });
    this.text += event.text;
    this.emit('text.delta', { delta: event.text });
  }

  endPart(): void {
    this.isOver = true;
  }

  close(): JsonObject {
    if (this.text !== '') {
      this.emit('text.done', { text: this.text });
      this.emit('part.done', { part: { type: 'summary_text', text: this.text } });
    }
    const item = { ...this.item(), id: this.id, ...this.lateId() };
    this.place.emit('response.output_item.done', { output_index: this.place.index, item });
    return item;
  }

  /** An id that came after the item had begun under another one travels with the signature that it belongs to. */
  private lateId(): JsonObject {
    const { signature } = this;
    if (signature?.origin !== 'openai' || signature.id === undefined || signature.id === this.id) return {};
    return { encrypted_content: wrapSignature(signature) };
  }

  private item(): JsonObject {
    return reasoningItem(this.text, this.signature, this.place.id);
  }

  private emit(what: string, fields: JsonObject): void {
    const { index, emit } = this.place;
    emit(`response.reasoning_summary_${what}`, { item_id: this.id, output_index: index, summary_index: 0, ...fields });
  }
}
