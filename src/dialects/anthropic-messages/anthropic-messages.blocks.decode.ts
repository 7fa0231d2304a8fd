import { append } from '../append.js';
import type {
  AssistantPart,
  JsonObject,
  MediaPart,
  NativePart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import { asObject, objectsIn } from '../fields.js';
import { readCitation } from './anthropic-messages.citations.js';
import { ClientFields, invalid } from './anthropic-messages.client-fields.js';
import { readDocument, readImage, readSearchResult } from './anthropic-messages.media.decode.js';
import { addRedacted, readThinkingSignature } from './anthropic-messages.signatures.js';

/** What a request's blocks are read with. */
export interface BlockReading {
  readonly unmodelled: Set<string>;
  /** Names of the tools called so far, by the id of the call. */
  readonly toolNames: Map<string, string>;
}

export interface UserContent {
  readonly results: readonly ToolResultPart[];
  readonly parts: readonly UserPart[];
}

/** A user's content: results of tools, which come first, and all else. */
export function readUserContent(content: unknown, path: string, reading: BlockReading): UserContent {
  const results: ToolResultPart[] = [];
  const parts: UserPart[] = [];
  for (const block of blocksOf(content, path, reading)) {
    if (block.type === 'tool_result') results.push(readToolResult(block, reading));
    else append(parts, readPart(block, reading));
    block.fields.end();
  }
  return { results, parts };
}

export function readAssistantContent(content: unknown, path: string, reading: BlockReading): AssistantPart[] {
  const parts: AssistantPart[] = [];
  for (const block of blocksOf(content, path, reading)) {
    if (block.type === 'redacted_thinking') addRedacted(parts, block.fields.requiredText('data'));
    else append(parts, readAssistantPart(block, reading));
    block.fields.end();
  }
  return parts;
}

/** Content that may only be text: system prompts. */
export function readTexts(content: unknown, path: string, reading: BlockReading): TextPart[] {
  return blocksOf(content, path, reading).flatMap((block) => {
    if (block.type !== 'text') {
      reading.unmodelled.add(block.type);
      return [];
    }
    const text = readText(block);
    block.fields.end();
    return [text];
  });
}

interface Block {
  readonly type: string;
  readonly value: JsonObject;
  readonly fields: ClientFields;
}

function blocksOf(content: unknown, path: string, { unmodelled }: BlockReading): Block[] {
  if (content === undefined || content === null) return [];
  const list: unknown = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (!Array.isArray(list)) throw invalid(path, 'a string or a list of blocks');
  return list.map((value: unknown, index) => {
    const fields = new ClientFields(value, typeof content === 'string' ? path : `${path}[${index}]`, unmodelled);
    return { type: fields.requiredText('type'), value: asObject(value), fields };
  });
}

function readPart(block: Block, reading: BlockReading): readonly (TextPart | MediaPart | NativePart)[] {
  const readContent = (content: unknown, path: string) =>
    blocksOf(content, path, reading).flatMap((inner) =>
      readPart(inner, reading).filter((part) => part.type !== 'native'),
    );
  switch (block.type) {
    case 'text':
      return [readText(block)];
    case 'image':
      return [readImage(block.fields)];
    case 'document':
      return readDocument(block.fields, readContent);
    case 'search_result':
      return [readSearchResult(block.fields, readContent)];
    default:
      return [readNative(block)];
  }
}

function readAssistantPart(block: Block, reading: BlockReading): readonly AssistantPart[] {
  if (block.type === 'tool_use') return [readToolUse(block, reading)];
  if (block.type !== 'thinking') return readPart(block, reading);
  const signature = readThinkingSignature(block.fields.text('signature'));
  return [{ type: 'reasoning', text: block.fields.text('thinking') ?? '', ...(signature && { signature }) }];
}

function readText({ fields }: Block): TextPart {
  const text = fields.requiredText('text');
  const cache = fields.cacheMarker();
  const citations = objectsIn(fields.get('citations')).map((citation) => readCitation(citation, 'citations'));
  return { type: 'text', text, ...(cache && { cache }), ...(citations.length > 0 && { citations }) };
}

function readToolUse({ fields }: Block, { toolNames }: BlockReading): ToolCallPart {
  const id = fields.requiredText('id');
  const name = fields.requiredText('name');
  const input = fields.get('input');
  const cache = fields.cacheMarker();
  const caller = fields.inside('caller');
  if (caller && caller.get('type') !== 'direct') fields.leaveOut('caller');
  toolNames.set(id, name);
  return { type: 'tool-call', id, name, arguments: JSON.stringify(input ?? {}), ...(cache && { cache }) };
}

function readToolResult({ fields }: Block, reading: BlockReading): ToolResultPart {
  const callId = fields.requiredText('tool_use_id');
  const parts = blocksOf(fields.get('content'), fields.at('content'), reading).flatMap((block) => {
    const inner = readPart(block, reading);
    block.fields.end();
    return inner;
  });
  const cache = fields.cacheMarker();
  const name = reading.toolNames.get(callId);
  return {
    type: 'tool-result',
    callId,
    ...(name !== undefined && { name }),
    parts,
    ...(fields.boolean('is_error') && { isError: true }),
    ...(cache && { cache }),
  };
}

/** A block of which only Anthropic knows the meaning; all of it is kept. */
function readNative({ type, value, fields }: Block): NativePart {
  fields.ignoreAll();
  return { type: 'native', dialect: 'anthropic-messages', kind: type, value };
}
