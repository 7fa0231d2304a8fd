import { append } from '../append.js';
import type {
  AssistantPart,
  JsonObject,
  Message,
  NativePart,
  TextPart,
  Tool,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import { asText, Fields } from '../fields.js';
import { invalid, optional, required } from './openai-responses.check.js';
import { type ContentPart, decodeContent } from './openai-responses.content.decode.js';
import { readGeneratedImage } from './openai-responses.image.js';
import { joinedName } from './openai-responses.names.js';
import { readItemSignature, reasoningText } from './openai-responses.reasoning.js';
import { decodeTools } from './openai-responses.tools.decode.js';
import { Turns } from './openai-responses.turns.js';

/** Items that a client adds; all others are the model's or the vendor's. */
const CLIENT_ITEMS = new Set([
  'computer_call_output',
  'local_shell_call_output',
  'shell_call_output',
  'apply_patch_call_output',
  'mcp_approval_response',
  'compaction_trigger',
  'configuration_update',
]);

interface DecodedInput {
  readonly messages: readonly Message[];
  /** Tools that came in the middle of the conversation. */
  readonly tools: readonly Tool[];
}

/** Reads `instructions` and `input`. @see https://platform.openai.com/docs/api-reference/responses/create */
export function decodeInput(instructions: unknown, input: unknown, unmodelled: Set<string>): DecodedInput {
  const reader = new InputReader(unmodelled);
  reader.readInstructions(instructions);
  reader.readInput(input);
  return { messages: reader.turns.messages, tools: reader.tools };
}

class InputReader {
  readonly turns = new Turns();
  readonly tools: Tool[] = [];

  constructor(private readonly unmodelled: Set<string>) {}

  readInstructions(instructions: unknown): void {
    if (Array.isArray(instructions)) this.readInput(instructions, 'instructions');
    const text = Array.isArray(instructions) ? '' : optional.text(instructions, 'instructions');
    if (text !== undefined && text !== '') this.turns.addInstruction('system', [{ type: 'text', text }]);
  }

  readInput(input: unknown, path = 'input'): void {
    if (typeof input === 'string') {
      this.turns.addUser([{ type: 'text', text: input }]);
      return;
    }
    const items = optional.list(input, path) ?? [];
    for (const [index, item] of items.entries()) {
      const at = `${path}[${index}]`;
      this.readItem(required.object(item, at), at);
    }
  }

  private readItem(item: JsonObject, path: string): void {
    const fields = new Fields(item, path, undefined).ignore('id', 'status', 'created_by', 'parsed_arguments');
    const type =
      optional.text(fields.get('type'), `${path}.type`) ?? (item['role'] === undefined ? undefined : 'message');
    switch (type) {
      case 'message':
        this.readMessage(fields, path);
        break;
      case 'reasoning':
        this.readReasoning(item, fields, path);
        break;
      case 'function_call':
      case 'custom_tool_call':
        this.readCall(fields, path, type === 'custom_tool_call');
        break;
      case 'function_call_output':
      case 'custom_tool_call_output':
        this.readResult(fields, path, type === 'custom_tool_call_output');
        break;
      case 'additional_tools':
        this.addTools(decodeTools(fields.get('tools'), `${path}.tools`, this.unmodelled));
        fields.ignore('role');
        break;
      case 'item_reference':
      case undefined:
        throw invalid(
          'Only the provider that stored an item knows it, and this request goes to another one. ' +
            'Send the item itself; SDKs do so with `store: false`.',
          path,
        );
      default:
        this.readNative(type, item, path);
        return;
    }
    for (const field of fields.rest()) this.unmodelled.add(field);
  }

  private readMessage(fields: Fields, path: string): void {
    const role = required.text(fields.get('role'), `${path}.role`);
    const parts = decodeContent(fields.get('content'), `${path}.content`, this.unmodelled);
    if (role === 'user') this.turns.addUser(parts.map(userPart));
    else if (role === 'system' || role === 'developer') this.turns.addInstruction(role, this.instructionParts(parts));
    else if (role === 'assistant') this.turns.addAssistant(parts.filter(saysSomething));
    else throw invalid(`\`${path}.role\` must be user, assistant, system or developer.`, `${path}.role`);
  }

  private instructionParts(parts: readonly ContentPart[]): readonly TextPart[] {
    return parts.flatMap((part) => {
      if (part.type === 'text') return part;
      this.unmodelled.add(part.type === 'refusal' ? part.type : part.kind);
      return [];
    });
  }

  private readReasoning(item: JsonObject, fields: Fields, path: string): void {
    optional.list(fields.get('summary'), `${path}.summary`);
    optional.list(fields.get('content'), `${path}.content`);
    const text = reasoningText(item);
    const encrypted = optional.text(fields.get('encrypted_content'), `${path}.encrypted_content`);
    const read = readItemSignature(encrypted, asText(item['id']));
    if (!read) this.turns.addAssistant([{ type: 'reasoning', text }]);
    else if (!('to' in read)) this.turns.addAssistant([{ type: 'reasoning', text, signature: read }]);
    else if (read.to === 'call') this.turns.signCall(read.callId, read.signature);
    else if (!this.turns.signText(read.signature)) {
      this.turns.addAssistant([{ type: 'reasoning', text, signature: read.signature }]);
    }
  }

  private readCall(fields: Fields, path: string, custom: boolean): void {
    const field = custom ? 'input' : 'arguments';
    const namespace = optional.text(fields.get('namespace'), `${path}.namespace`);
    this.turns.addCall({
      type: 'tool-call',
      id: required.text(fields.get('call_id'), `${path}.call_id`),
      name: joinedName(namespace, required.text(fields.get('name'), `${path}.name`)),
      arguments: required.text(fields.get(field), `${path}.${field}`),
      ...(custom && { custom }),
    });
  }

  private readResult(fields: Fields, path: string, custom: boolean): void {
    const parts = decodeContent(fields.get('output'), `${path}.output`, this.unmodelled);
    fields.ignore('name', 'namespace');
    this.turns.addResult({
      type: 'tool-result',
      callId: required.text(fields.get('call_id'), `${path}.call_id`),
      parts: resultParts(parts),
      ...(custom && { custom }),
    });
  }

  private readNative(kind: string, item: JsonObject, path: string): void {
    const image = readGeneratedImage(item);
    if (image) {
      this.turns.addAssistant([image]);
      return;
    }
    if (kind === 'tool_search_output') {
      const found = decodeTools(item['tools'], `${path}.tools`, this.unmodelled);
      this.addTools(found.filter((tool) => tool.type !== 'native'));
    }
    const part: NativePart = { type: 'native', dialect: 'openai-responses', kind, value: item };
    const isClients = CLIENT_ITEMS.has(kind) || (kind === 'tool_search_output' && item['execution'] === 'client');
    if (isClients) this.turns.addUserItem(part);
    else this.turns.addAssistant([part]);
  }

  private addTools(tools: readonly Tool[]): void {
    append(this.tools, tools);
  }
}

function userPart(part: ContentPart): UserPart {
  return part.type === 'refusal' ? { type: 'text', text: part.text } : part;
}

function saysSomething(part: AssistantPart): boolean {
  return !(part.type === 'text' && part.text === '');
}

/** An empty text is a result without parts. */
function resultParts(parts: readonly ContentPart[]): ToolResultPart['parts'] {
  return parts.map(userPart).filter((part) => !(part.type === 'text' && part.text === '' && !part.cache));
}
