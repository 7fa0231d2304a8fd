import { createHash } from 'node:crypto';
import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asText, Fields, isObject } from '../fields.js';
import { parseJson } from '../json.js';
import type { PartEvent } from '../reply.js';
import { readThoughtSignature } from './openai-chat.thought-signature.js';

interface Call {
  readonly part: number;
  readonly id: string;
  readonly custom: boolean;
  name: string;
  arguments: string;
}

interface Place {
  readonly choice: number;
  /** @returns the number of a new part */
  begin(): number;
}

/** Reads one answer's tool calls, whole or in pieces, in all the ways that vendors cut them. */
export class ToolCallReader {
  /** By the vendor's index. */
  private readonly calls = new Map<string, Call>();
  private readonly byId = new Map<string, Call>();
  /** Ids that came before the name they belong to, by the vendor's index. */
  private readonly heldIds = new Map<string, string>();
  private last: Call | undefined;
  private count = 0;

  constructor(private readonly place: Place) {}

  get hasCalls(): boolean {
    return this.count > 0;
  }

  /** The part of the call with this id. */
  partOf(id: string): number | undefined {
    return this.byId.get(id)?.part;
  }

  /**
   * @param item one of `tool_calls`
   * @param seed of the answer, for the id of a call that has none
   */
  read(item: JsonObject, seed: string, unknown: UnknownFields | undefined): PartEvent[] {
    const fields = new Fields(item, 'tool_calls[]', unknown).ignore('type');
    const custom = isObject(item['custom']);
    const called = new Fields(fields.get(custom ? 'custom' : 'function'), 'tool_calls[].function', unknown);
    const piece: Piece = {
      index: fields.get('index'),
      id: asText(fields.get('id')) || undefined,
      name: asText(called.get('name')) ?? '',
      text: argumentsText(called.get(custom ? 'input' : 'arguments')),
      custom,
    };
    const signature = readThoughtSignature(fields.get('extra_content'));
    called.ignore('description', 'parsed_arguments', 'thought_signature').end();
    fields.ignore('function', 'custom', 'parsed', 'provider_specific_fields').end();
    const events = this.take(piece, seed);
    if (signature === undefined || !this.last) return events;
    return [...events, { type: 'signature', choice: this.place.choice, part: this.last.part, signature }];
  }

  /** The older form of a call, of which an answer has one. */
  readFunctionCall(value: JsonObject, seed: string, unknown: UnknownFields | undefined): PartEvent[] {
    return this.read({ index: 'function_call', function: value }, seed, unknown);
  }

  private take(piece: Piece, seed: string): PartEvent[] {
    const { choice } = this.place;
    const known = this.find(piece);
    if (!known && piece.name === '' && piece.text === '') {
      if (piece.id !== undefined) this.heldIds.set(keyOf(piece.index), piece.id);
      return [];
    }
    const call = known ?? this.begin(piece, seed);
    this.last = call;
    const events: PartEvent[] = [];
    if (!known) {
      const { part, id, name } = call;
      events.push({ type: 'tool-call', choice, part, id, name, ...(call.custom && { custom: true }) });
    }
    call.arguments += piece.text;
    if (piece.text !== '') events.push({ type: 'arguments', choice, part: call.part, text: piece.text });
    return events;
  }

  /** The call that a piece goes on with. */
  private find({ index, id, name }: Piece): Call | undefined {
    if (isIndex(index)) {
      const call = this.calls.get(keyOf(index));
      // Whole calls that all have the index 0 are told apart by their ids.
      const isOther = call && id !== undefined && id !== call.id && name !== '';
      return isOther ? this.byId.get(id) : call;
    }
    if (id !== undefined) return this.byId.get(id);
    if (name === '' || (this.last?.name === name && parseJson(this.last.arguments) === undefined)) return this.last;
    return undefined;
  }

  private begin({ index, id, name, custom }: Piece, seed: string): Call {
    const key = keyOf(index);
    const ownId = id ?? this.heldIds.get(key) ?? this.madeUpId(seed, name);
    const call = { part: this.place.begin(), id: ownId, name, custom, arguments: '' };
    this.count++;
    this.heldIds.delete(key);
    this.byId.set(call.id, call);
    this.calls.set(key, call);
    return call;
  }

  /** The same answer is given the same ids each time, and no two answers share one. */
  private madeUpId(seed: string, name: string): string {
    const text = [seed, this.place.choice, this.count, name].join('/');
    return `call_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  }
}

interface Piece {
  readonly index: unknown;
  readonly id: string | undefined;
  readonly name: string;
  readonly text: string;
  readonly custom: boolean;
}

/** Some servers send the arguments as an object, not as its JSON. */
function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function isIndex(index: unknown): index is number | string {
  return typeof index === 'number' || typeof index === 'string';
}

function keyOf(index: unknown): string {
  return isIndex(index) ? String(index) : '';
}
