import type { Citation, JsonObject, NativePart, Signature } from '../conversation.js';
import type { Losses } from '../losses.js';
import type { PartEvent } from '../reply.js';
import { UNSIGNED } from '../signature-envelope.js';
import { citationFor } from './anthropic-messages.citations.js';
import { nativeBlock, toolUseStart } from './anthropic-messages.reply.encode.js';
import { carrierBlock, redactedBlock, thinkingSignature } from './anthropic-messages.signatures.js';
import { CUSTOM_INPUT } from './anthropic-messages.tool-input.js';

interface OpenBlock {
  readonly part: number;
  readonly type: 'text' | 'thinking' | 'redacted' | 'tool' | 'custom-tool';
  /** A reasoning's has been written, another part's waits for its end. */
  signature?: Signature;
}

/** Writes the blocks of one stream, one after the other, from parts that come one after the other. */
export class BlockWriter {
  private open: OpenBlock | undefined;
  private index = 0;

  constructor(private readonly losses: Losses) {}

  write(event: PartEvent): JsonObject[] {
    switch (event.type) {
      case 'text':
        if (event.logprobs) this.losses.add('logprobs');
        return this.text(event.part, event.text);
      case 'refusal':
        return this.text(event.part, event.text);
      case 'reasoning':
        return this.reasoning(event.part, event.text);
      case 'signature':
        return this.sign(event.part, event.signature);
      case 'citation':
        return this.cite(event.part, event.citation);
      case 'tool-call':
        return this.call(event);
      case 'arguments':
        return this.arguments(event.part, event.text);
      case 'native':
        return this.native(event.native);
      case 'media':
        this.losses.add(event.media.kind);
        return [];
      case 'part-end':
        break;
    }
    return this.open?.part === event.part ? this.close() : [];
  }

  /** Ends the block that is being written. */
  close(): JsonObject[] {
    const { open } = this;
    if (!open) return [];
    this.open = undefined;
    const last: JsonObject[] = [];
    if (open.type === 'custom-tool') last.push(this.json('"}'));
    if (open.type === 'thinking' && !open.signature)
      last.push(this.delta({ type: 'signature_delta', signature: UNSIGNED }));
    last.push(this.stop());
    const isCarried = open.signature && (open.type === 'text' || open.type === 'tool' || open.type === 'custom-tool');
    return open.signature && isCarried ? [...last, ...this.whole(carrierBlock(open.signature))] : last;
  }

  private text(part: number, text: string): JsonObject[] {
    return text === '' ? [] : [...this.startText(part), this.delta({ type: 'text_delta', text })];
  }

  private reasoning(part: number, thinking: string): JsonObject[] {
    return thinking === ''
      ? []
      : [...this.startThinking(part), this.delta({ type: 'thinking_delta', thinking, estimated_tokens: null })];
  }

  private cite(part: number, citation: Citation): JsonObject[] {
    const said = citationFor(citation);
    if (said) return [...this.startText(part), this.delta({ type: 'citations_delta', citation: said })];
    this.losses.add('citations');
    return [];
  }

  private call({ part, id, name, custom }: Extract<PartEvent, { type: 'tool-call' }>): JsonObject[] {
    const start = this.start(part, custom ? 'custom-tool' : 'tool', toolUseStart(id, name));
    return custom ? [...start, this.json(`{${JSON.stringify(CUSTOM_INPUT)}:"`)] : start;
  }

  private startText(part: number): JsonObject[] {
    return this.start(part, 'text', { type: 'text', text: '', citations: [] });
  }

  private startThinking(part: number): JsonObject[] {
    return this.start(part, 'thinking', { type: 'thinking', thinking: '', signature: '' });
  }

  private sign(part: number, signature: Signature): JsonObject[] {
    const isOpen = this.open?.part === part;
    if (!isOpen && signature.redacted) return this.start(part, 'redacted', redactedBlock(signature));
    const start = isOpen ? [] : this.startThinking(part);
    if (this.open) this.open.signature = signature;
    if (this.open?.type !== 'thinking') return start;
    return [...start, this.delta({ type: 'signature_delta', signature: thinkingSignature(signature) })];
  }

  private arguments(part: number, text: string): JsonObject[] {
    if (this.open?.part !== part || text === '') return [];
    return [this.json(this.open.type === 'custom-tool' ? JSON.stringify(text).slice(1, -1) : text)];
  }

  /** A call's input comes as a delta, also one that is told at once: that is where clients look for it. */
  private native(part: NativePart): JsonObject[] {
    if (part.dialect !== 'anthropic-messages') {
      this.losses.add(part.kind);
      return [];
    }
    const value = nativeBlock(part);
    const before = this.close();
    if (!('input' in value)) return [...before, ...this.whole(value)];
    return [...before, this.begin({ ...value, input: {} }), this.json(JSON.stringify(value['input'])), this.stop()];
  }

  private start(part: number, type: OpenBlock['type'], block: JsonObject): JsonObject[] {
    if (this.open?.part === part) return [];
    const before = this.close();
    this.open = { part, type };
    return [...before, this.begin(block)];
  }

  private whole(block: JsonObject): JsonObject[] {
    return [this.begin(block), this.stop()];
  }

  private begin(block: JsonObject): JsonObject {
    return { type: 'content_block_start', index: this.index, content_block: block };
  }

  private json(text: string): JsonObject {
    return this.delta({ type: 'input_json_delta', partial_json: text });
  }

  private delta(delta: JsonObject): JsonObject {
    return { type: 'content_block_delta', index: this.index, delta };
  }

  private stop(): JsonObject {
    return { type: 'content_block_stop', index: this.index++ };
  }
}
