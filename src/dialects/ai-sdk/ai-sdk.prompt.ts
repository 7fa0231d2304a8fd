import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import type {
  AssistantPart,
  MediaPart,
  Message,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  UserPart,
} from '../conversation.js';
import { parseJson } from '../json.js';
import type { Losses } from '../losses.js';
import { cacheOptions } from './ai-sdk.cache.js';
import { encodeFile } from './ai-sdk.media.js';
import { reasoningDetailsOptions, signatureOptions } from './ai-sdk.signature.js';
import { encodeToolResult } from './ai-sdk.tool-result.js';
import type { WireAssistantPart, WireMessage, WireUserPart } from './ai-sdk.wire.js';

/** The messages in the AI SDK's form, in which each instruction is a message of its own. */
export function encodePrompt(messages: readonly Message[], losses: Losses): WireMessage[] {
  const toolNames = new Map<string, string>();
  return messages.flatMap((message): readonly WireMessage[] => {
    if ('name' in message && message.name !== undefined) losses.add('message_name');
    if (message.role === 'user') return encodeUser(message.parts, losses);
    if (message.role === 'tool') {
      return [{ role: 'tool', content: message.results.map((result) => encodeToolResult(result, toolNames, losses)) }];
    }
    if (message.role !== 'assistant') return message.parts.map(encodeInstruction);
    noteToolNames(message.parts, toolNames);
    return encodeAssistant(message.parts, losses);
  });
}

function encodeInstruction({ text, cache }: TextPart): WireMessage {
  return { role: 'system', content: text, ...cacheOptions(cache) };
}

function encodeUser(parts: readonly UserPart[], losses: Losses): WireMessage[] {
  const content = parts.flatMap((part) => encodeUserPart(part, losses) ?? []);
  return content.length > 0 ? [{ role: 'user', content }] : [];
}

function encodeUserPart(part: UserPart, losses: Losses): WireUserPart | undefined {
  if (part.type === 'text') return { type: 'text', text: part.text, ...cacheOptions(part.cache) };
  if (part.type === 'media') return encodeMedia(part, losses);
  losses.add(part.kind);
  return undefined;
}

function encodeMedia(media: MediaPart, losses: Losses): WireUserPart | undefined {
  const file = encodeFile(media, losses);
  const providerOptions: SharedV4ProviderOptions = {
    ...(media.detail !== undefined && { openai: { imageDetail: media.detail } }),
    ...cacheOptions(media.cache).providerOptions,
  };
  return file && { ...file, ...(Object.keys(providerOptions).length > 0 && { providerOptions }) };
}

function encodeAssistant(parts: readonly AssistantPart[], losses: Losses): readonly WireMessage[] {
  const content = parts.flatMap((part) => encodeAssistantPart(part, losses) ?? []);
  // OpenRouter's list grows with the answer: the last one holds the earlier ones.
  const details = parts
    .map((part) => (part.type === 'reasoning' && part.signature ? reasoningDetailsOptions(part.signature) : undefined))
    .findLast((options) => options !== undefined);
  if (content.length === 0 && !details) return [];
  return [{ role: 'assistant', content, ...(details && { providerOptions: details }) }];
}

function encodeAssistantPart(part: AssistantPart, losses: Losses): WireAssistantPart | undefined {
  if (part.type === 'refusal') return { type: 'text', text: part.text };
  if (part.type === 'media') return encodeMedia(part, losses);
  if (part.type === 'native') {
    losses.add(part.kind);
    return undefined;
  }
  const options = optionsOf(part, losses);
  if (part.type === 'text') {
    if (part.citations?.length) losses.add('citations');
    return { type: 'text', text: part.text, ...options };
  }
  if (part.type === 'tool-call') {
    return { type: 'tool-call', toolCallId: part.id, toolName: part.name, input: toolInput(part), ...options };
  }
  if (part.text === '' && !options.providerOptions) return undefined;
  return { type: 'reasoning', text: part.text, ...options };
}

/** The options that carry a part's signature and its cache marker. */
function optionsOf(
  part: TextPart | ReasoningPart | ToolCallPart,
  losses: Losses,
): { providerOptions?: SharedV4ProviderOptions } {
  const { signature } = part;
  const proof = signature && signatureOptions(signature);
  if (signature && !proof && !reasoningDetailsOptions(signature)) losses.add('reasoning_signature');
  const { providerOptions: cache } = cacheOptions(part.type === 'reasoning' ? undefined : part.cache);
  return proof || cache ? { providerOptions: { ...proof, ...cache } } : {};
}

/** Packages write the input as JSON again, so a text that is none stays a text. */
function toolInput({ arguments: text, custom }: ToolCallPart): unknown {
  if (custom) return text;
  if (text.trim() === '') return {};
  const input = parseJson(text);
  return input === undefined ? text : input;
}

function noteToolNames(parts: readonly AssistantPart[], toolNames: Map<string, string>): void {
  for (const part of parts) {
    if (part.type === 'tool-call') toolNames.set(part.id, part.name);
  }
}
