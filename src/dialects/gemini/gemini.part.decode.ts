import { GatewayError } from '../../errors/gateway-error.js';
import type { AssistantPart, JsonObject, MediaPart, TextPart, ToolResultPart } from '../conversation.js';
import type { CallIds } from './gemini.call-ids.js';
import { mediaOfBlob, mediaOfFile } from './gemini.media.js';
import { NATIVE_KINDS, nativePart } from './gemini.native.js';
import { camelCase, type RequestFields } from './gemini.request.fields.js';
import { ownOrCarried, readThoughtSignature } from './gemini.signature.js';
import { decodeResponse } from './gemini.tool-result.js';

export type DecodedPart = AssistantPart | ToolResultPart;

/** What the parts of one request share. */
export interface PartContext {
  readonly calls: CallIds;
  /** Collects the names of fields that the canonical form has no place for. */
  readonly unmodelled: Set<string>;
}

/**
 * One part of a content.
 * @param known the signatures of the same message's reasoning so far
 * @returns nothing for an empty part; two where a signature cannot stay on the part it came with
 */
export function decodePart(
  part: RequestFields,
  known: ReadonlySet<string>,
  context: PartContext,
): readonly DecodedPart[] {
  const kind = NATIVE_KINDS.find((name) => part.json(name) !== undefined);
  if (kind !== undefined) return [nativePart(kind, part.value)];

  const isThought = part.boolean('thought') ?? false;
  const signed = readThoughtSignature(part.text('thoughtSignature'));
  const decoded = isThought
    ? [{ type: 'reasoning' as const, text: part.text('text') ?? '', ...(signed && { signature: signed }) }]
    : signedParts(part, signed, known, context);
  const rest = part.rest();
  const [unknown] = rest;
  if (decoded.length === 0 && unknown !== undefined) return [nativePart(camelCase(unknown), part.value)];
  for (const name of rest) context.unmodelled.add(name);
  return decoded;
}

function signedParts(
  part: RequestFields,
  signed: ReturnType<typeof readThoughtSignature>,
  known: ReadonlySet<string>,
  context: PartContext,
): readonly DecodedPart[] {
  const { signature, carried } = ownOrCarried(signed, known);
  const own = signature && { signature };
  const call = part.object('functionCall');
  if (call) return [...carried, { ...decodeCall(call, context), ...own }];
  const response = part.object('functionResponse');
  if (response) return [decodeResult(response, context)];
  const media = decodeMedia(part);
  // The canonical form signs no media: an empty text after it keeps the signature.
  if (media) return [...carried, media, ...(own ? [{ type: 'text' as const, text: '', ...own }] : [])];
  const text = part.text('text');
  return text === undefined && own === undefined
    ? carried
    : [...carried, { type: 'text', text: text ?? '', ...own } satisfies TextPart];
}

function decodeCall(call: RequestFields, { calls }: PartContext): Extract<DecodedPart, { type: 'tool-call' }> {
  const name = required(call, 'name');
  const args = call.json('args');
  return {
    type: 'tool-call',
    id: calls.call(call.text('id'), name),
    name,
    arguments: args === undefined ? '' : JSON.stringify(args),
  };
}

function decodeResult(response: RequestFields, { calls, unmodelled }: PartContext): ToolResultPart {
  const name = required(response, 'name');
  const { text, isError } = decodeResponse(response.json('response'));
  const media = response.objects('parts').flatMap((part) => {
    const decoded = decodeMedia(part);
    if (!decoded) throw new GatewayError('invalid_request', `${part.path} has no data.`, { param: part.path });
    for (const unread of part.rest()) unmodelled.add(unread);
    return [decoded];
  });
  const callId = calls.result(response.text('id'), name);
  for (const unread of response.rest()) unmodelled.add(unread);
  return {
    type: 'tool-result',
    callId,
    name,
    parts: [...(text === undefined ? [] : [{ type: 'text' as const, text }]), ...media],
    ...(isError && { isError }),
  };
}

function decodeMedia(part: RequestFields): MediaPart | undefined {
  const blob = part.object('inlineData');
  if (blob) {
    return mediaOfBlob({
      data: required(blob, 'data'),
      mimeType: blob.text('mimeType'),
      displayName: blob.text('displayName'),
    });
  }
  const file = part.object('fileData');
  return (
    file &&
    mediaOfFile({
      fileUri: required(file, 'fileUri'),
      mimeType: file.text('mimeType'),
      displayName: file.text('displayName'),
    })
  );
}

function required(fields: RequestFields, name: string): string {
  const value = fields.text(name);
  if (value !== undefined) return value;
  const param = fields.pathOf(name);
  throw new GatewayError('invalid_request', `${param} is required.`, { param });
}

/** Whether a value stands for a part where the API wants a content: some clients leave the content out. */
export function isLoosePart(value: JsonObject): boolean {
  return !('parts' in value) && !('role' in value);
}
