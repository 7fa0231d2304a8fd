import type { Citation, MediaPart, NativePart, Signature } from '../conversation.js';
import type { PartSaying, StreamEvent } from '../reply.js';
import { ResponseHead } from './ai-sdk.response-head.js';

/** One part of an answer while it is being told. */
export interface Block {
  readonly kind: 'text' | 'reasoning' | 'tool-call' | 'other';
  /** Its place in the answer, once it has said anything. */
  index?: number;
  /** To be told when the part is whole. */
  signature?: Signature | undefined;
}

/**
 * An answer as events, its parts numbered as they begin. Only the last part can still grow, besides tool calls; what
 * belongs to an earlier one waits until the end and gets a part of its own there.
 */
export class Answer {
  readonly head = new ResponseHead();
  private events: StreamEvent[] = [];
  private count = 0;
  private latest: Block | undefined;
  private sources: Citation[] = [];
  private lateSignature: Signature | undefined;
  private toldSignature: string | undefined;

  /** The events since the last time. */
  take(): readonly StreamEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  tell(...events: readonly StreamEvent[]): void {
    this.events.push(...this.head.take(), ...events);
  }

  /** Says more of a part, which begins here unless it has. */
  tellOf(block: Block, event: PartSaying): void {
    this.tell({ ...event, choice: 0, part: this.placeOf(block) });
  }

  /** A part that comes in one event. */
  tellWhole(part: NativePart | MediaPart): void {
    const event: PartSaying =
      part.type === 'native' ? { type: 'native', native: part } : { type: 'media', media: part };
    this.tellOf({ kind: 'other' }, event);
  }

  tellSignature(block: Block, signature: Signature): void {
    this.toldSignature = signature.value;
    this.tellOf(block, { type: 'signature', signature });
  }

  /** No more of a text or a reasoning will come, but for sources of a text. */
  close(block: Block): void {
    if (this.isPast(block)) {
      this.addLateSignature(block.signature);
      return;
    }
    if (block.index === undefined) {
      if (!block.signature) return;
      if (block.kind === 'text') this.tellOf(block, { type: 'text', text: '' });
      else this.placeOf(block);
    }
    this.settle();
    if (block.kind === 'reasoning') this.tellOf(block, { type: 'part-end' });
  }

  addSource(source: Citation): void {
    this.sources.push(source);
  }

  /** @param citations what the text itself points at; packages report it among the sources too */
  cite(block: Block, citations: readonly Citation[]): void {
    const cited = new Set(citations.map(identityOf));
    if (cited.size > 0)
      this.sources = [...citations, ...this.sources.filter((source) => !cited.has(identityOf(source)))];
    if (block === this.latest) this.tellSources(block);
  }

  /** A signature for a part that has ended. A later one takes its place. */
  addLateSignature(signature: Signature | undefined): void {
    this.lateSignature = signature ?? this.lateSignature;
  }

  /** Nothing more will come. */
  end(): void {
    this.settle();
    if (this.sources.length > 0) this.tellSources(this.latest?.kind === 'text' ? this.latest : this.emptyText());
    const signature = this.lateSignature;
    if (signature && signature.value !== this.toldSignature) this.close({ kind: 'reasoning', signature });
  }

  /** Whether another part has begun since; then nothing of this one may come any more. */
  private isPast(block: Block): boolean {
    return block.kind !== 'tool-call' && block.index !== undefined && block !== this.latest;
  }

  private placeOf(block: Block): number {
    if (block.index !== undefined && !this.isPast(block)) return block.index;
    this.settle();
    block.index = this.count++;
    this.latest = block;
    return block.index;
  }

  /** Tells the signature of the last part, before the next begins. */
  private settle(): void {
    const block = this.latest;
    const signature = block?.signature;
    if (!block || !signature) return;
    block.signature = undefined;
    this.tellSignature(block, signature);
  }

  private tellSources(block: Block): void {
    for (const citation of this.sources) this.tellOf(block, { type: 'citation', citation });
    this.sources = [];
  }

  private emptyText(): Block {
    const block: Block = { kind: 'text' };
    this.tellOf(block, { type: 'text', text: '' });
    return block;
  }
}

/** What tells a source from others. */
function identityOf({ url, title }: Citation): string {
  return url === undefined ? `title ${title}` : `url ${url}`;
}
