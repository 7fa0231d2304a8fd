import type { JsonObject, NativePart } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asObject, asText, Fields, objectsIn } from '../fields.js';
import { parseJson } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { isKnownNative, TOOL_USE_MARKS } from './anthropic-messages.block-kinds.js';
import { readCitation } from './anthropic-messages.citations.js';
import { readRedacted, readThinkingSignature } from './anthropic-messages.signatures.js';

/** A tool call whose arguments are being written, or a native block that is told when it is whole. */
type OpenBlock =
  | { readonly type: 'tool-call'; hasArguments: boolean }
  | { readonly type: 'native'; readonly kind: string; value: JsonObject; inputText: string };

/** Reads the blocks of one stream. A block's index is its part's number. */
export class BlockReader {
  private readonly open = new Map<number, OpenBlock>();

  constructor(private readonly unknown: UnknownFields | undefined) {}

  start(part: number, block: JsonObject): StreamEvent[] {
    const type = asText(block['type']) ?? '';
    const fields = new Fields(block, `content[${type}]`, this.unknown).ignore('type');
    switch (type) {
      case 'text': {
        const text = written(part, 'text', fields.get('text'));
        const citations = objectsIn(fields.get('citations')).map((value) => this.citation(part, value));
        fields.end();
        return [...text, ...citations];
      }
      case 'thinking': {
        const text = written(part, 'reasoning', fields.get('thinking'));
        const signature = this.signature(part, asText(fields.get('signature')));
        fields.end();
        return [...text, ...signature];
      }
      case 'redacted_thinking': {
        const { signature, isCarried } = readRedacted(asText(fields.get('data')) ?? '');
        fields.end();
        return [{ ...at(isCarried ? part - 1 : part), type: 'signature', signature }];
      }
      case 'tool_use':
        return this.startCall(part, fields.ignore(...TOOL_USE_MARKS));
      default:
        if (!isKnownNative(type)) this.unknown?.add(`content[${type}]`);
        this.open.set(part, { type: 'native', kind: type, value: block, inputText: '' });
        return [];
    }
  }

  delta(part: number, delta: JsonObject): StreamEvent[] {
    const type = asText(delta['type']) ?? '';
    const fields = new Fields(delta, `delta[${type}]`, this.unknown).ignore('type');
    const events = this.deltaEvents(part, type, fields);
    fields.end();
    return events;
  }

  stop(part: number): StreamEvent[] {
    const block = this.open.get(part);
    this.open.delete(part);
    const end: StreamEvent = { ...at(part), type: 'part-end' };
    if (block?.type === 'native') {
      const native: NativePart = {
        type: 'native',
        dialect: 'anthropic-messages',
        kind: block.kind,
        value: whole(block),
      };
      return [{ ...at(part), type: 'native', native }, end];
    }
    // No arguments were written: the call has none.
    if (block && !block.hasArguments) return [{ ...at(part), type: 'arguments', text: '{}' }, end];
    return [end];
  }

  private startCall(part: number, fields: Fields): StreamEvent[] {
    const id = asText(fields.get('id')) ?? '';
    const name = asText(fields.get('name')) ?? '';
    const input = asObject(fields.get('input'));
    fields.end();
    const hasArguments = Object.keys(input).length > 0;
    this.open.set(part, { type: 'tool-call', hasArguments });
    const call: StreamEvent = { ...at(part), type: 'tool-call', id, name };
    return hasArguments ? [call, { ...at(part), type: 'arguments', text: JSON.stringify(input) }] : [call];
  }

  private deltaEvents(part: number, type: string, fields: Fields): StreamEvent[] {
    switch (type) {
      case 'text_delta':
        return written(part, 'text', fields.get('text'));
      case 'thinking_delta':
        fields.ignore('estimated_tokens');
        return written(part, 'reasoning', fields.get('thinking'));
      case 'signature_delta':
        return this.signature(part, asText(fields.get('signature')));
      case 'citations_delta':
        return [this.citation(part, asObject(fields.get('citation')))];
      case 'input_json_delta':
        return this.input(part, asText(fields.get('partial_json')) ?? '');
      case 'compaction_delta':
        this.replace(part, { content: fields.get('content'), encrypted_content: fields.get('encrypted_content') });
        return [];
      default:
        this.unknown?.add(`delta[${type}]`);
        return [];
    }
  }

  private input(part: number, text: string): StreamEvent[] {
    const block = this.open.get(part);
    if (text === '' || !block) return [];
    if (block.type === 'native') {
      block.inputText += text;
      return [];
    }
    block.hasArguments = true;
    return [{ ...at(part), type: 'arguments', text }];
  }

  private replace(part: number, values: JsonObject): void {
    const block = this.open.get(part);
    if (block?.type !== 'native') return;
    const told = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
    block.value = { ...block.value, ...Object.fromEntries(told) };
  }

  private citation(part: number, value: JsonObject): StreamEvent {
    return { ...at(part), type: 'citation', citation: readCitation(value, 'citation', this.unknown) };
  }

  private signature(part: number, text: string | undefined): StreamEvent[] {
    const signature = readThinkingSignature(text);
    return signature ? [{ ...at(part), type: 'signature', signature }] : [];
  }
}

function at(part: number): { readonly choice: number; readonly part: number } {
  return { choice: 0, part };
}

/** Blocks begin with an empty text, which says nothing. */
function written(part: number, type: 'text' | 'reasoning', text: unknown): StreamEvent[] {
  return typeof text === 'string' && text !== '' ? [{ ...at(part), type, text }] : [];
}

/** A native block with the input that came in pieces. A call that was cut keeps what it began with. */
function whole({ value, inputText }: { readonly value: JsonObject; readonly inputText: string }): JsonObject {
  const input = parseJson(inputText);
  return input === undefined ? value : { ...value, input };
}
