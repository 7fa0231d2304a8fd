import { GatewayError } from '../../errors/gateway-error.js';
import type { AssistantPart, Message, TextPart, ToolResultPart, UserPart } from '../conversation.js';
import { CallIds } from './gemini.call-ids.js';
import { type DecodedPart, type PartContext, decodePart, isLoosePart } from './gemini.part.decode.js';
import { RequestFields, wrongType } from './gemini.request.fields.js';

/**
 * The messages of a request's `contents`. The API wants a list of contents; a text, a content or a part alone is
 * understood too, as its SDKs do.
 * @param unmodelled collects the names of fields that the canonical form has no place for
 * @throws GatewayError `invalid_request`
 */
export function decodeContents(value: unknown, path: string, unmodelled: Set<string>): Message[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined || list.length === 0) {
    throw new GatewayError('invalid_request', `${path} must hold at least one content.`, { param: path });
  }
  const decoder = new ContentsDecoder({ calls: new CallIds(), unmodelled });
  for (const [index, item] of list.entries()) decoder.push(item, Array.isArray(value) ? `${path}[${index}]` : path);
  return decoder.messages;
}

/** The instructions of a request: a content or a text. */
export function decodeInstruction(value: unknown, path: string, unmodelled: Set<string>): Message[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ role: 'system', parts: [{ type: 'text', text: value }] }];
  const content = RequestFields.of(value, path);
  content.text('role');
  const fields = isLoosePart(content.value) ? [content] : content.objects('parts');
  const context: PartContext = { calls: new CallIds(), unmodelled };
  const parts = fields.flatMap((part) => decodePart(part, new Set(), context));
  const texts = parts.filter((part): part is TextPart => part.type === 'text');
  if (texts.length < parts.length) unmodelled.add('systemInstruction');
  return texts.length > 0 ? [{ role: 'system', parts: texts }] : [];
}

/** An answer that the next content may go on with. */
interface OpenAnswer {
  readonly parts: AssistantPart[];
  /** Of its reasoning. */
  readonly signatures: Set<string>;
}

class ContentsDecoder {
  readonly messages: Message[] = [];
  /** The last message, where it is an answer. */
  private open: OpenAnswer | undefined;

  constructor(private readonly context: PartContext) {}

  push(item: unknown, path: string): void {
    if (typeof item === 'string') {
      this.add({ role: 'user', parts: [{ type: 'text', text: item }] });
      return;
    }
    const content = RequestFields.of(item, path);
    const isLoose = isLoosePart(content.value);
    const role = isLoose ? undefined : content.text('role');
    const parts = isLoose ? [content] : content.objects('parts');
    if (!isLoose) for (const name of content.rest()) this.context.unmodelled.add(name);
    this.pushContent(role, parts, content);
  }

  private pushContent(role: string | undefined, fields: readonly RequestFields[], content: RequestFields): void {
    switch (role) {
      case 'model':
      case 'assistant':
        this.pushAnswer(fields);
        return;
      case undefined:
      case '':
      case 'user':
      case 'function':
      case 'tool':
        this.pushUser(fields);
        return;
      case 'system':
      case 'developer':
        this.add({ role, parts: this.decodeAll(fields).filter((part) => part.type === 'text') });
        return;
      default:
        throw wrongType(content.pathOf('role'), '"user" or "model"');
    }
  }

  /** Results of functions go first: the other dialects want them right after the calls. */
  private pushUser(fields: readonly RequestFields[]): void {
    const parts = this.decodeAll(fields);
    const results = parts.filter((part): part is ToolResultPart => part.type === 'tool-result');
    const others = parts.flatMap(userPart);
    if (results.length > 0) this.add({ role: 'tool', results });
    if (others.length > 0 || results.length === 0) this.add({ role: 'user', parts: others });
  }

  /**
   * Google's SDK keeps each chunk of a streamed answer as a content of its own, so contents of the model that follow each
   * other are one answer, and a text that was cut between two of them is one text.
   */
  private pushAnswer(fields: readonly RequestFields[]): void {
    const signatures = this.open?.signatures ?? new Set<string>();
    const decoded = this.decodeAll(fields, signatures);
    const parts = decoded.filter((part) => part.type !== 'tool-result');
    if (this.open) join(this.open.parts, parts);
    else if (parts.length > 0 || decoded.length === 0) {
      this.add({ role: 'assistant', parts });
      this.open = { parts, signatures };
    }
    const results = decoded.filter((part) => part.type === 'tool-result');
    if (results.length > 0) this.add({ role: 'tool', results });
  }

  private add(message: Message): void {
    this.open = undefined;
    this.messages.push(message);
  }

  /** @param signatures of the same message's reasoning so far; those that are found are added */
  private decodeAll(fields: readonly RequestFields[], signatures = new Set<string>()): DecodedPart[] {
    const parts: DecodedPart[] = [];
    for (const field of fields) {
      for (const part of decodePart(field, signatures, this.context)) {
        parts.push(part);
        if (part.type === 'reasoning' && part.signature) signatures.add(part.signature.value);
      }
    }
    return parts;
  }
}

/** What a user can say of it: a user neither reasons nor calls. */
function userPart(part: DecodedPart): readonly UserPart[] {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return [{ type: 'text', text: part.text }];
    case 'media':
    case 'native':
      return [part];
    case 'refusal':
    case 'tool-call':
    case 'tool-result':
      return [];
  }
}

/** Adds the parts of the next content to those of an answer, whose last part may go on with the first of them. */
function join(answer: AssistantPart[], parts: readonly AssistantPart[]): void {
  const whole = joined(answer.at(-1), parts[0]);
  if (whole) answer[answer.length - 1] = whole;
  for (const part of whole ? parts.slice(1) : parts) answer.push(part);
}

/** @returns `undefined` where they are two parts */
function joined(last: AssistantPart | undefined, next: AssistantPart | undefined): AssistantPart | undefined {
  if ((last?.type !== 'text' && last?.type !== 'reasoning') || last.signature) return undefined;
  if ((next?.type !== 'text' && next?.type !== 'reasoning') || next.type !== last.type) return undefined;
  return { ...next, text: last.text + next.text };
}
