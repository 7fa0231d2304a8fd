import type { JsonObject, MediaPart } from '../conversation.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import { valueIn } from '../table.js';

/** Names that OpenAI knows a file's kind by; it refuses file data without a name. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/csv': 'csv',
  'application/json': 'json',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

/** A message's image or file; sound and film have no place in a response's input. */
export function encodeMedia(media: MediaPart, losses: Losses): readonly JsonObject[] {
  if (media.kind === 'image') return [encodeImage(media)];
  if (media.kind === 'document') return [encodeFile(media)];
  losses.add(media.kind);
  return [];
}

function encodeImage({ source, mediaType = 'image/png', detail = 'auto' }: MediaPart): JsonObject {
  if (source.type === 'file') return { type: 'input_image', file_id: source.id, detail };
  if (source.type === 'url') return { type: 'input_image', image_url: source.url, detail };
  const base64 = source.type === 'data' ? source.base64 : toBase64(source.text);
  return { type: 'input_image', image_url: `data:${mediaType};base64,${base64}`, detail };
}

function encodeFile({ source, mediaType, name }: MediaPart): JsonObject {
  if (source.type === 'file') return { type: 'input_file', file_id: source.id };
  // OpenAI takes no name beside an address.
  if (source.type === 'url') return { type: 'input_file', file_url: source.url };
  const isText = source.type === 'text';
  const type = mediaType ?? (isText ? 'text/plain' : 'application/pdf');
  const base64 = isText ? toBase64(source.text) : source.base64;
  return compact({
    type: 'input_file',
    filename: named(name, valueIn(EXTENSIONS, type)),
    file_data: `data:${type};base64,${base64}`,
  });
}

function named(name = 'document', extension = 'bin'): string {
  return /\.\w+$/.test(name) ? name : `${name}.${extension}`;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
