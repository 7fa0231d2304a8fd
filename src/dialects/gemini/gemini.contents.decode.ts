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
  const parts = fields.flatMap((part) => decodePart(part, [], context));
  const texts = parts.filter((part): part is TextPart => part.type === 'text');
  if (texts.length < parts.length) unmodelled.add('systemInstruction');
  return texts.length > 0 ? [{ role: 'system', parts: texts }] : [];
}

class ContentsDecoder {
  readonly messages: Message[] = [];

  constructor(private readonly context: PartContext) {}

  push(item: unknown, path: string): void {
    if (typeof item === 'string') {
      this.messages.push({ role: 'user', parts: [{ type: 'text', text: item }] });
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
        this.messages.push({ role, parts: this.decodeAll(fields).filter((part) => part.type === 'text') });
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
    if (results.length > 0) this.messages.push({ role: 'tool', results });
    if (others.length > 0 || results.length === 0) this.messages.push({ role: 'user', parts: others });
  }

  /**
   * Google's SDK keeps each chunk of a streamed answer as a content of its own, so contents of the model that follow each
   * other are one answer, and a text that was cut between two of them is one text.
   */
  private pushAnswer(fields: readonly RequestFields[]): void {
    const last = this.messages.at(-1);
    const earlier = last?.role === 'assistant' ? last.parts : [];
    const decoded = this.decodeAll(fields, earlier);
    const parts = decoded.filter((part) => part.type !== 'tool-result');
    if (last?.role === 'assistant') {
      this.messages[this.messages.length - 1] = { role: 'assistant', parts: joined(earlier, parts) };
    } else if (parts.length > 0 || decoded.length === 0) {
      this.messages.push({ role: 'assistant', parts });
    }
    const results = decoded.filter((part) => part.type === 'tool-result');
    if (results.length > 0) this.messages.push({ role: 'tool', results });
  }

  private decodeAll(fields: readonly RequestFields[], earlier: readonly AssistantPart[] = []): DecodedPart[] {
    const parts: DecodedPart[] = [];
    for (const part of fields) {
      const before = parts.filter((decoded): decoded is AssistantPart => decoded.type !== 'tool-result');
      parts.push(...decodePart(part, [...earlier, ...before], this.context));
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

function joined(earlier: readonly AssistantPart[], parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const [first, ...others] = parts;
  const last = earlier.at(-1);
  if (!first || !last || first.type !== last.type) return [...earlier, ...parts];
  if ((first.type !== 'text' && first.type !== 'reasoning') || !('text' in last) || isSigned(last)) {
    return [...earlier, ...parts];
  }
  return [...earlier.slice(0, -1), { ...first, text: last.text + first.text }, ...others];
}

function isSigned(part: AssistantPart): boolean {
  return 'signature' in part && part.signature !== undefined;
}
