import { UpstreamError } from '../../errors/upstream-error.js';
import type { AssistantPart, MediaPart, NativePart, ReasoningPart, TextPart, ToolCallPart } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { Fields, asList, asObject, asText, isObject, objectsIn } from '../fields.js';
import type { Reply } from '../reply.js';
import { readCitation } from './bedrock-converse.citation.js';
import { readFinish } from './bedrock-converse.finish.js';
import { readMedia } from './bedrock-converse.media.js';
import { readRedacted, readSignature } from './bedrock-converse.signature.js';
import { readUsage } from './bedrock-converse.usage.js';

const MEDIA_KINDS = ['image', 'audio', 'video', 'document'] as const satisfies readonly MediaPart['kind'][];

/**
 * A whole answer of `converse`. It names neither itself nor the model.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax
 * @throws UpstreamError `invalid_reply` when the body has no message
 */
export function decodeReply(body: unknown, unknown?: UnknownFields): Reply {
  const fields = new Fields(body, 'reply', unknown);
  const output = new Fields(fields.get('output'), 'output', unknown);
  const message = output.get('message');
  if (!isObject(message)) throw new UpstreamError({ reason: 'invalid_reply' }, 'an answer without a message');
  output.end();
  const messageFields = new Fields(message, 'message', unknown).ignore('role');
  const parts = asList(messageFields.get('content')).flatMap((block) => readBlock(block, unknown));
  messageFields.end();
  const finish = readFinish(fields.get('stopReason'), fields.get('additionalModelResponseFields'));
  const usage = readUsage(fields.get('usage'), unknown);
  fields.ignore('metrics', 'trace', 'performanceConfig', 'serviceTier').end();
  return { choices: [{ index: 0, parts, finish }], usage };
}

/** One block of content: an object with one member, whose name is its kind. */
function readBlock(block: unknown, unknown: UnknownFields | undefined): AssistantPart[] {
  const fields = new Fields(block, 'content[]', unknown);
  const parts: (AssistantPart | undefined)[] = [
    readText(fields.get('text')),
    readCitedText(fields.get('citationsContent'), unknown),
    readReasoning(fields.get('reasoningContent'), unknown),
    readToolUse(fields.get('toolUse'), unknown),
    readServerPart('tool_result', 'toolResult', fields.get('toolResult')),
    readServerPart('search_result', 'searchResult', fields.get('searchResult')),
    ...MEDIA_KINDS.map((kind) => readMedia(kind, fields.get(kind), unknown)),
  ];
  fields.ignore('cachePoint', 'guardContent').end();
  return parts.filter((part) => part !== undefined);
}

function readText(value: unknown): TextPart | undefined {
  const text = asText(value);
  return text === undefined ? undefined : { type: 'text', text };
}

function readCitedText(value: unknown, unknown: UnknownFields | undefined): TextPart | undefined {
  if (!isObject(value)) return undefined;
  const fields = new Fields(value, 'citationsContent', unknown);
  const text = objectsIn(fields.get('content'))
    .map((piece) => asText(piece.text) ?? '')
    .join('');
  const citations = objectsIn(fields.get('citations')).map((citation) => readCitation(citation, unknown));
  fields.end();
  return { type: 'text', text, ...(citations.length > 0 && { citations }) };
}

function readReasoning(value: unknown, unknown: UnknownFields | undefined): ReasoningPart | undefined {
  if (!isObject(value)) return undefined;
  const fields = new Fields(value, 'reasoningContent', unknown);
  const shown = new Fields(fields.get('reasoningText'), 'reasoningText', unknown);
  const text = asText(shown.get('text')) ?? '';
  const signature = asText(shown.get('signature'));
  const redacted = asText(fields.get('redactedContent'));
  shown.end();
  fields.end();
  if (redacted !== undefined)
    return { type: 'reasoning', text, signature: readRedacted(Buffer.from(redacted, 'base64')) };
  return { type: 'reasoning', text, ...(signature !== undefined && { signature: readSignature(signature) }) };
}

/** The `type` of a call tells one of the caller's tools (`tool_use`, or none) from one that Bedrock runs. */
function readToolUse(value: unknown, unknown: UnknownFields | undefined): ToolCallPart | NativePart | undefined {
  if (!isObject(value)) return undefined;
  const fields = new Fields(value, 'toolUse', unknown);
  const id = asText(fields.get('toolUseId')) ?? '';
  const name = asText(fields.get('name')) ?? '';
  const input = fields.get('input');
  if (fields.get('type') === 'server_tool_use') return readServerPart('server_tool_use', 'toolUse', value);
  fields.end();
  return { type: 'tool-call', id, name, arguments: JSON.stringify(input ?? {}) };
}

/** Something of Bedrock's own tools, kept whole. */
function readServerPart(kind: string, block: string, value: unknown): NativePart | undefined {
  if (!isObject(value)) return undefined;
  return { type: 'native', dialect: 'bedrock-converse', kind, value: { [block]: asObject(value) } };
}
