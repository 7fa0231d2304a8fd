import type { AssistantPart, JsonObject, Signature } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import type { PartEvent } from '../reply.js';
import { asText } from '../fields.js';
import type { AdoptedStream } from './openai-responses.adopted-stream.js';
import { itemId } from './openai-responses.ids.js';
import { writeGeneratedImage } from './openai-responses.image.js';
import { namespacesOf, type ToolNamespaces } from './openai-responses.names.js';
import { OpenCall } from './openai-responses.open-call.js';
import type { Emit, ItemPlace, OpenItem } from './openai-responses.open-item.js';
import { OpenMessage } from './openai-responses.open-message.js';
import { OpenReasoning } from './openai-responses.open-reasoning.js';
import { carrySignature } from './openai-responses.reasoning.js';

type Prefix = Parameters<typeof itemId>[0];

/**
 * Writes an answer's parts as output items, with the events of a stream on the way. An item is ended when the next one
 * begins, or with the answer: only then it is known whether it was cut.
 */
export class OutputWriter {
  /** The items that are whole. */
  readonly items: JsonObject[] = [];
  private open: OpenItem | undefined;
  /** Of the item that was begun last. */
  private lastPlace: ItemPlace | undefined;
  /** The part whose only event so far is an empty text: a signature may follow it. */
  private emptyText: number | undefined;
  private readonly namespaces: ToolNamespaces;

  constructor(
    private readonly context: ReplyContext,
    private readonly emit: Emit,
  ) {
    this.namespaces = namespacesOf(context.conversation.tools);
  }

  write(event: PartEvent): void {
    if (event.choice > 0) {
      this.context.losses.add('n');
      return;
    }
    if (event.type === 'part-end') {
      this.endPart();
      return;
    }
    if (event.type === 'text' && event.text === '' && !event.logprobs) {
      this.emptyText = event.part;
      return;
    }
    if (event.type === 'signature' && event.part === this.emptyText) this.signEmptyText(event.signature);
    else if (this.open?.takes(event)) this.open.write(event);
    else this.begin(event);
    this.emptyText = undefined;
  }

  /** Goes on behind the items that another server wrote, and in the one that it left open. */
  adopt({ items, open }: AdoptedStream): void {
    this.items.splice(0, this.items.length, ...items);
    if (!open) return;
    if (this.open && this.lastPlace) {
      Object.assign(this.lastPlace, { id: asText(open['id']) ?? this.lastPlace.id, index: items.length });
      return;
    }
    // Nothing that it has shown: it ends here.
    const item = { ...open, status: 'incomplete' };
    this.emit('response.output_item.done', { output_index: items.length, item });
    this.items.push(item);
  }

  /** Ends what is open. @param status of an item that the answer ends in */
  close(status: 'completed' | 'incomplete'): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    this.items.push(open.close(status));
    if (open instanceof OpenCall && open.signature) this.carry(open.signature, open.callId);
    if (open instanceof OpenMessage && open.signature) this.carry(open.signature);
  }

  private endPart(): void {
    this.emptyText = undefined;
    this.open?.endPart();
    // The next text is another one, which the signature does not cover.
    if (this.open instanceof OpenMessage && this.open.signature) this.close('completed');
  }

  private begin(event: PartEvent): void {
    this.close('completed');
    switch (event.type) {
      case 'text':
      case 'refusal':
      case 'citation':
        this.open = new OpenMessage(this.place('msg'));
        break;
      case 'reasoning':
        this.open = new OpenReasoning(this.place('rs'), undefined);
        break;
      case 'signature':
        this.open = new OpenReasoning(this.place('rs'), event.signature);
        break;
      case 'tool-call':
        this.open = new OpenCall(this.place(event.custom ? 'ctc' : 'fc'), event, this.namespaces);
        return;
      case 'media':
        this.whole(writeGeneratedImage(event.media, this.place('ig').id), event.media.kind);
        return;
      case 'native':
        this.whole(event.native.dialect === 'openai-responses' ? event.native.value : undefined, event.native.kind);
        return;
      case 'arguments':
      case 'part-end':
        return;
    }
    this.open.write(event);
  }

  private signEmptyText(signature: Signature): void {
    this.close('completed');
    this.carry(signature);
  }

  /** Gives a part's signature an item of its own. */
  private carry(signature: Signature, callId?: string): void {
    const { id } = this.place('rs');
    this.whole(
      { id, type: 'reasoning', summary: [], encrypted_content: carrySignature(signature, callId) },
      'reasoning',
    );
  }

  private whole(item: JsonObject | undefined, kind: string): void {
    if (!item) {
      this.context.losses.add(kind);
      return;
    }
    const output_index = this.items.length;
    this.emit('response.output_item.added', { output_index, item });
    this.emit('response.output_item.done', { output_index, item });
    this.items.push(item);
  }

  private place(prefix: Prefix): ItemPlace {
    const index = this.items.length;
    const id = itemId(prefix, this.context.requestId, index);
    this.lastPlace = { id, index, emit: this.emit, context: this.context };
    return this.lastPlace;
  }
}

/** The events that a part would come in. A reasoning's signature comes first, since it may bring the item's id. */
export function eventsOf(item: AssistantPart, part: number): readonly PartEvent[] {
  const at = { choice: 0, part };
  const end: PartEvent = { type: 'part-end', ...at };
  if (item.type === 'media') return [{ type: 'media', ...at, media: item }, end];
  if (item.type === 'native') return [{ type: 'native', ...at, native: item }, end];
  if (item.type === 'refusal') return [{ type: 'refusal', ...at, text: item.text }, end];
  const signature: readonly PartEvent[] = item.signature
    ? [{ type: 'signature', ...at, signature: item.signature }]
    : [];
  if (item.type === 'reasoning') return [...signature, { type: 'reasoning', ...at, text: item.text }, end];
  if (item.type === 'text') {
    const citations = (item.citations ?? []).map((citation): PartEvent => {
      return { type: 'citation', choice: 0, part, citation };
    });
    return [{ type: 'text', ...at, text: item.text, logprobs: item.logprobs }, ...citations, ...signature, end];
  }
  const { id, name, custom, arguments: text } = item;
  return [{ type: 'tool-call', ...at, id, name, custom }, { type: 'arguments', ...at, text }, ...signature, end];
}
