import type {
  AssistantPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import type { Losses } from '../losses.js';
import { acceptedCallId } from '../tool-call-id.js';
import { cacheField } from './anthropic-messages.cache-markers.js';
import { ownCitations } from './anthropic-messages.citations.js';
import { mediaBlocks } from './anthropic-messages.media.encode.js';
import type { ModelTraits } from './anthropic-messages.models.js';
import { thinkingBlock } from './anthropic-messages.signatures.js';
import { toolInput } from './anthropic-messages.tool-input.js';

/** A block of the body that is being written. */
export type Block = Record<string, unknown>;

/** What blocks are written for. */
export interface BlockWriting {
  readonly traits: ModelTraits;
  readonly losses: Losses;
}

const CALL_ID = /^[a-zA-Z0-9_-]+$/;
const CALL_ID_LENGTH = 24;

export function userBlocks(parts: readonly UserPart[], { losses }: BlockWriting): Block[] {
  return parts.flatMap((part) => contentBlocks(part, losses));
}

/** Texts without those that Anthropic refuses: empty ones and white space. */
export function textBlocks(parts: readonly TextPart[], losses: Losses): Block[] {
  return parts.flatMap((part) => textBlock(part, losses));
}

export function toolResultBlock(result: ToolResultPart, { losses }: BlockWriting): Block {
  const content = result.parts.flatMap((part) => contentBlocks(part, losses));
  return {
    type: 'tool_result',
    tool_use_id: callId(result.callId),
    ...(content.length > 0 && { content }),
    ...errorField(result, content, losses),
    ...cacheField(result.cache, losses),
  };
}

export function assistantBlocks(parts: readonly AssistantPart[], writing: BlockWriting): Block[] {
  return parts.flatMap((part) => assistantBlock(part, writing));
}

function assistantBlock(part: AssistantPart, { traits, losses }: BlockWriting): Block[] {
  switch (part.type) {
    case 'text':
    case 'native':
      return contentBlocks(part, losses);
    case 'refusal':
      return textBlock({ type: 'text', text: part.text }, losses);
    case 'reasoning':
      return reasoningBlock(part, traits, losses);
    case 'tool-call':
      return [toolUseBlock(part, losses)];
    case 'media':
      break;
  }
  losses.add(part.kind);
  return [];
}

function contentBlocks(part: UserPart, losses: Losses): Block[] {
  if (part.type === 'text') return textBlock(part, losses);
  if (part.type === 'media') return mediaBlocks(part, losses);
  if (part.dialect === 'anthropic-messages') return [{ ...part.value }];
  losses.add(part.kind);
  return [];
}

function textBlock({ text, cache, citations, signature }: TextPart, losses: Losses): Block[] {
  if (signature) losses.add('reasoning_signature');
  if (text.trim() === '') return [];
  const own = ownCitations(citations, losses);
  return [{ type: 'text', text, ...(own && { citations: own }), ...cacheField(cache, losses) }];
}

/** Anthropic takes back only what it signed itself. */
function reasoningBlock(part: ReasoningPart, { thinking }: ModelTraits, losses: Losses): Block[] {
  if (part.signature?.origin === 'anthropic' && thinking !== 'none') return [{ ...thinkingBlock(part) }];
  losses.add('reasoning');
  return [];
}

function toolUseBlock(call: ToolCallPart, losses: Losses): Block {
  if (call.signature) losses.add('reasoning_signature');
  return {
    type: 'tool_use',
    id: callId(call.id),
    name: call.name,
    input: toolInput(call),
    ...cacheField(call.cache, losses),
  };
}

function callId(id: string): string {
  return acceptedCallId(id, CALL_ID, CALL_ID_LENGTH);
}

/** A failure may only be told in texts. */
function errorField({ isError }: ToolResultPart, content: readonly Block[], losses: Losses): { is_error?: true } {
  if (!isError) return {};
  if (content.every((block) => block['type'] === 'text')) return { is_error: true };
  losses.add('tool_error');
  return {};
}
