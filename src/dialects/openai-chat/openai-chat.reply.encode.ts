import type { AssistantPart, JsonObject, TextPart, ToolCallPart } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import type { Choice, Reply } from '../reply.js';
import { writeCitation, writeLogprobs } from './openai-chat.annotations.js';
import { writeFinish } from './openai-chat.finish.js';
import { writeMedia } from './openai-chat.media.encode.js';
import { writeReasoning } from './openai-chat.reasoning.js';
import { writeThoughtSignature } from './openai-chat.thought-signature.js';
import { writeUsage } from './openai-chat.usage.js';

/** Writes a chat completion. What OpenAI has no field for goes where other vendors of the dialect put it. */
export function encodeReply(reply: Reply, context: ReplyContext): JsonObject {
  return compact({
    id: replyId(reply.id, context),
    object: 'chat.completion',
    created: reply.createdAt ?? context.createdAt,
    model: reply.model ?? context.model,
    choices: reply.choices.map((choice) => encodeChoice(choice, context)),
    usage: reply.usage && writeUsage(reply.usage),
  });
}

export function replyId(id: string | undefined, { requestId }: ReplyContext): string {
  return id ?? `chatcmpl-${requestId}`;
}

function encodeChoice({ index, parts, finish }: Choice, context: ReplyContext): JsonObject {
  const logprobs = parts.flatMap((part) => (part.type === 'text' ? (part.logprobs ?? []) : []));
  return {
    index,
    message: encodeMessage(parts, context),
    logprobs: logprobs.length === 0 ? null : writeLogprobs(logprobs),
    finish_reason: writeFinish(
      finish,
      parts.some(({ type }) => type === 'refusal'),
    ),
  };
}

function encodeMessage(parts: readonly AssistantPart[], context: ReplyContext): JsonObject {
  const texts = parts.filter((part) => part.type === 'text');
  const calls = parts.filter((part) => part.type === 'tool-call');
  const refusals = parts.filter((part) => part.type === 'refusal');
  const media = parts.filter((part) => part.type === 'media');
  const annotations = encodeCitations(texts, context.losses);
  for (const part of parts) if (part.type === 'native') context.losses.add(part.kind);
  const hasOther = calls.length + refusals.length + media.length > 0;
  return compact({
    role: 'assistant',
    content: texts.length === 0 && hasOther ? null : texts.map(({ text }) => text).join(''),
    refusal: refusals.length === 0 ? null : refusals.map(({ text }) => text).join(''),
    ...writeReasoning(parts.filter((part) => part.type === 'reasoning')),
    annotations: annotations.length === 0 ? undefined : annotations,
    ...writeThoughtSignature(texts.findLast((text) => text.signature)?.signature),
    ...writeMedia(media, context),
    tool_calls: calls.length === 0 ? undefined : calls.map(encodeCall),
  });
}

function encodeCitations(texts: readonly TextPart[], losses: Losses): readonly JsonObject[] {
  const annotations: JsonObject[] = [];
  let offset = 0;
  for (const { text, citations = [] } of texts) {
    for (const citation of citations) {
      const annotation = writeCitation(citation, offset);
      if (annotation) annotations.push(annotation);
      else losses.add('citations');
    }
    offset += text.length;
  }
  return annotations;
}

function encodeCall({ id, name, arguments: text, custom, signature }: ToolCallPart): JsonObject {
  const thought = writeThoughtSignature(signature);
  if (custom) return { id, type: 'custom', custom: { name, input: text }, ...thought };
  return { id, type: 'function', function: { name, arguments: text === '' ? '{}' : text }, ...thought };
}
