import { append } from '../append.js';
import type {
  AssistantPart,
  JsonObject,
  MediaPart,
  Message,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact } from '../fields.js';
import { acceptedCallId } from '../tool-call-id.js';
import { encodeMedia, encodeOuterCache, encodeParts, encodeText, writeContent } from './openai-chat.content.encode.js';
import { takes } from './openai-chat.extensions.js';
import { reasoningDetails, writeReasoning } from './openai-chat.reasoning.js';
import { writeThoughtSignature } from './openai-chat.thought-signature.js';

/** "string too long. Expected a string with maximum length 40" */
const ACCEPTED_ID = /^[^]{1,40}$/;
const NEW_ID_LENGTH = 32;
/** For a result that has nothing but what only a user's message can hold. */
const SEE_NEXT = 'The result is in the next message.';

/** Writes a conversation's messages; those of which nothing can be said are left out. */
export function encodeMessages(messages: readonly Message[], context: RequestContext): readonly JsonObject[] {
  return messages.flatMap((message): readonly JsonObject[] => {
    switch (message.role) {
      case 'system':
      case 'developer': {
        const role = takes(context, 'developer_role') ? message.role : 'system';
        return [{ role, content: writeContent(encodeParts(message.parts, context)) }];
      }
      case 'user': {
        const parts = encodeParts(message.parts, context);
        if (parts.length === 0 && message.parts.length > 0) return [];
        return [compact({ role: 'user', content: writeContent(parts), name: message.name })];
      }
      case 'assistant':
        return encodeAssistant(message.parts, message.name, context);
      case 'tool':
        break;
    }
    return encodeResults(message.results, context);
  });
}

function encodeAssistant(
  parts: readonly AssistantPart[],
  name: string | undefined,
  context: RequestContext,
): readonly JsonObject[] {
  const texts = parts.filter((part) => part.type === 'text');
  const calls = parts.filter((part) => part.type === 'tool-call');
  const refusal = parts.flatMap((part) => (part.type === 'refusal' ? part.text : [])).join('');
  const fields = compact({
    ...encodeReasoning(parts, calls, context),
    ...encodeTextSignature(texts, context),
    ...encodeOwnMedia(parts, context),
    refusal: refusal === '' ? undefined : refusal,
    tool_calls: calls.length === 0 ? undefined : calls.map((call) => encodeCall(call, context)),
  });
  for (const part of parts) if (part.type === 'native') context.losses.add(part.kind);
  if (texts.length === 0 && parts.length > 0 && Object.keys(fields).length === 0) return [];
  const content = texts.length === 0 && Object.keys(fields).length > 0 ? null : encodeAnswer(texts, context);
  return [compact({ role: 'assistant', content, ...fields, name })];
}

/** The texts of one answer are one text to a vendor that has no parts in answers, unless a cache marker divides them. */
function encodeAnswer(texts: readonly TextPart[], context: RequestContext): unknown {
  const parts = texts.map((text) => encodeText(text, context));
  const areBare = parts.every((part) => Object.keys(part).length === 2);
  return areBare ? texts.map(({ text }) => text).join('') : parts;
}

/**
 * DeepSeek and Moonshot want the reasoning before a tool call back, and refuse the next turn without it. Elsewhere it
 * helps nobody and strict vendors refuse the field, so that reasoning before a plain answer is left out, and so is what
 * another vendor's model has signed.
 * @see https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
 */
function encodeReasoning(
  parts: readonly AssistantPart[],
  calls: readonly ToolCallPart[],
  context: RequestContext,
): JsonObject {
  const reasoning = parts.filter((part) => part.type === 'reasoning');
  if (takes(context, 'reasoning_details')) return allDetails(reasoning, calls);
  const kept = calls.length === 0 ? [] : reasoning.filter(isUnsigned);
  if (kept.length < reasoning.length) context.losses.add('reasoning');
  const text = kept.map((part) => part.text).join('');
  return text === '' ? {} : { reasoning_content: text };
}

function isUnsigned({ text, signature }: ReasoningPart): boolean {
  return text !== '' && (signature === undefined || signature.origin === 'opaque');
}

function allDetails(reasoning: readonly ReasoningPart[], calls: readonly ToolCallPart[]): JsonObject {
  const { reasoning_content: text, reasoning_details: own = [] } = writeReasoning(reasoning);
  const details: unknown[] = Array.isArray(own) ? [...own] : [];
  for (const { id, signature } of calls) {
    if (signature?.origin !== 'google') continue;
    const [detail] = reasoningDetails({ type: 'reasoning', text: '', signature }, details.length);
    if (detail) details.push({ ...detail, id: acceptedId(id) });
  }
  return compact({ reasoning: text, reasoning_details: details.length === 0 ? undefined : details });
}

function encodeTextSignature(texts: readonly TextPart[], context: RequestContext): JsonObject {
  const signature = texts.findLast((text) => text.signature)?.signature;
  if (!signature) return {};
  if (takes(context, 'extra_content')) return writeThoughtSignature(signature);
  context.losses.add('reasoning_signature');
  return {};
}

/** What an earlier answer held besides text can only be named by the vendor's own id of it. */
function encodeOwnMedia(parts: readonly AssistantPart[], context: RequestContext): JsonObject {
  const media = parts.filter((part) => part.type === 'media');
  const audio = media.find(({ kind, source }) => kind === 'audio' && source.type === 'file');
  for (const part of media) if (part !== audio) context.losses.add(part.kind);
  return audio?.source.type === 'file' ? { audio: { id: audio.source.id } } : {};
}

function encodeCall(call: ToolCallPart, context: RequestContext): JsonObject {
  const { name, custom, signature } = call;
  const id = acceptedId(call.id);
  const head = {
    id,
    ...encodeCallSignature(signature, context),
    ...encodeOuterCache(call.cache, context),
  };
  if (custom) return { ...head, type: 'custom', custom: { name, input: call.arguments } };
  return { ...head, type: 'function', function: { name, arguments: call.arguments === '' ? '{}' : call.arguments } };
}

function encodeCallSignature(signature: ToolCallPart['signature'], context: RequestContext): JsonObject {
  if (!signature || (signature.origin === 'google' && takes(context, 'reasoning_details'))) return {};
  if (takes(context, 'extra_content')) return writeThoughtSignature(signature);
  context.losses.add('reasoning_signature');
  return {};
}

/**
 * A tool's message takes text only, so images and the like follow in a message of the user's, after the results of all
 * calls, which may not be parted.
 */
function encodeResults(results: readonly ToolResultPart[], context: RequestContext): readonly JsonObject[] {
  const attached: MediaPart[] = [];
  const messages = results.map((result) => {
    const { media, others } = divide(result);
    append(attached, media);
    const parts = encodeParts(others, context);
    if (result.isError) context.losses.add('tool_error');
    return {
      role: 'tool',
      tool_call_id: acceptedId(result.callId),
      content: parts.length === 0 && media.length > 0 ? SEE_NEXT : writeContent(parts),
      ...encodeOuterCache(result.cache, context),
    };
  });
  const content = attached.flatMap((part) => encodeMedia(part, context) ?? []);
  return content.length === 0 ? messages : [...messages, { role: 'user', content }];
}

function divide({ parts }: ToolResultPart): {
  readonly media: readonly MediaPart[];
  readonly others: readonly UserPart[];
} {
  const isAttached = (part: UserPart): part is MediaPart => part.type === 'media' && part.source.type !== 'text';
  return { media: parts.filter(isAttached), others: parts.filter((part) => !isAttached(part)) };
}

function acceptedId(id: string): string {
  return acceptedCallId(id, ACCEPTED_ID, NEW_ID_LENGTH);
}
