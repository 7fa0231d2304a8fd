import { append } from '../append.js';
import type { JsonObject, Signature, TokenLogprob } from '../conversation.js';
import type { PartEvent } from '../reply.js';
import type { ItemPlace, OpenItem } from './openai-responses.open-item.js';
import { writeAnnotation, writeLogprobs } from './openai-responses.output-text.js';

interface OpenContent {
  readonly kind: 'text' | 'refusal';
  text: string;
  readonly annotations: JsonObject[];
  readonly logprobs: TokenLogprob[];
}

/** A message that is being written: texts and refusals that follow each other are its contents. */
export class OpenMessage implements OpenItem {
  /** Of its last text. */
  signature: Signature | undefined;
  private readonly contents: JsonObject[] = [];
  private content: OpenContent | undefined;

  constructor(private readonly place: ItemPlace) {
    place.emit('response.output_item.added', { output_index: place.index, item: this.item('in_progress') });
  }

  takes({ type }: PartEvent): boolean {
    if (type === 'signature') return this.content?.kind === 'text';
    return type === 'text' || type === 'refusal' || type === 'citation';
  }

  write(event: PartEvent): void {
    if (event.type === 'signature') this.signature = event.signature;
    if (event.type === 'text') this.writeText(event.text, event.logprobs ?? []);
    if (event.type === 'refusal') this.writeRefusal(event.text);
    if (event.type === 'citation') {
      const content = this.contentOf('text');
      const { losses } = this.place.context;
      const annotation = writeAnnotation(event.citation, content.text.length, losses);
      if (!annotation) return;
      content.annotations.push(annotation);
      const annotation_index = content.annotations.length - 1;
      this.emit('response.output_text.annotation.added', { annotation_index, annotation });
    }
  }

  endPart(): void {
    const { content } = this;
    if (!content) return;
    const { kind, text } = content;
    const part = written(content);
    if (kind === 'text') this.emit('response.output_text.done', { text, logprobs: part['logprobs'] });
    else this.emit('response.refusal.done', { refusal: text });
    this.emit('response.content_part.done', { part });
    this.contents.push(part);
    this.content = undefined;
  }

  close(status: string): JsonObject {
    this.endPart();
    const item = this.item(status);
    this.place.emit('response.output_item.done', { output_index: this.place.index, item });
    return item;
  }

  private writeText(text: string, logprobs: readonly TokenLogprob[]): void {
    const content = this.contentOf('text');
    content.text += text;
    append(content.logprobs, logprobs);
    if (text !== '') this.emit('response.output_text.delta', { delta: text, logprobs: writeLogprobs(logprobs) });
  }

  private writeRefusal(text: string): void {
    this.contentOf('refusal').text += text;
    if (text !== '') this.emit('response.refusal.delta', { delta: text });
  }

  private contentOf(kind: OpenContent['kind']): OpenContent {
    if (this.content?.kind === kind) return this.content;
    this.endPart();
    const content: OpenContent = { kind, text: '', annotations: [], logprobs: [] };
    this.content = content;
    this.emit('response.content_part.added', { part: written(content) });
    return content;
  }

  private emit(type: string, fields: JsonObject): void {
    const { id, index } = this.place;
    this.place.emit(type, { item_id: id, output_index: index, content_index: this.contents.length, ...fields });
  }

  private item(status: string): JsonObject {
    return { id: this.place.id, type: 'message', status, role: 'assistant', content: [...this.contents] };
  }
}

function written({ kind, text, annotations, logprobs }: OpenContent): JsonObject {
  if (kind === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', text, annotations: [...annotations], logprobs: writeLogprobs(logprobs) };
}
