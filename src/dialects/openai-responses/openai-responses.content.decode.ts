import type {
  CacheMarker,
  JsonObject,
  MediaPart,
  MediaSource,
  NativePart,
  RefusalPart,
  TextPart,
} from '../conversation.js';
import { Fields } from '../fields.js';
import { type DataUrl, mediaKindOf, readDataUrl } from '../media.js';
import { invalid, optional, required } from './openai-responses.check.js';
import { readOutputText } from './openai-responses.output-text.js';

export type ContentPart = TextPart | RefusalPart | MediaPart | NativePart;

/** Reads a message's or an output's content: a text, or parts. */
export function decodeContent(value: unknown, path: string, unmodelled: Set<string>): readonly ContentPart[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  const parts = optional.list(value, path);
  if (parts === undefined) throw invalid(`\`${path}\` must be a string or a list of parts.`, path);
  return parts.map((part, index) => {
    return decodePart(required.object(part, `${path}[${index}]`), `${path}[${index}]`, unmodelled);
  });
}

function decodePart(value: JsonObject, path: string, unmodelled: Set<string>): ContentPart {
  const fields = new Fields(value, path, undefined);
  const type = required.text(fields.get('type'), `${path}.type`);
  const part = partOf(type, fields, path, value);
  if (part.type === 'native') return part;
  if (type !== 'output_text') for (const field of fields.rest()) unmodelled.add(field);
  return part;
}

function partOf(type: string, fields: Fields, path: string, value: JsonObject): ContentPart {
  switch (type) {
    case 'input_text':
    case 'text':
      return { type: 'text', text: required.text(fields.get('text'), `${path}.text`), ...cacheOf(fields, path) };
    case 'output_text':
      required.text(fields.get('text'), `${path}.text`);
      return readOutputText(value);
    case 'refusal':
      return { type: 'refusal', text: required.text(fields.get('refusal'), `${path}.refusal`) };
    case 'input_image':
      return imageOf(fields, path);
    case 'input_file':
      return fileOf(fields, path);
    case 'input_audio':
      return audioOf(fields, path);
    default:
      return { type: 'native', dialect: 'openai-responses', kind: type, value };
  }
}

function imageOf(fields: Fields, path: string): MediaPart {
  const url = optional.text(fields.get('image_url'), `${path}.image_url`);
  const id = optional.text(fields.get('file_id'), `${path}.file_id`);
  const detail = optional.text(fields.get('detail'), `${path}.detail`);
  if (url === undefined && id === undefined) throw invalid(`\`${path}\` needs image_url or file_id.`, path);
  const { source, mediaType } = url === undefined ? fileSource(id) : urlSource(url);
  return {
    type: 'media',
    kind: 'image',
    source,
    mediaType,
    detail: detail === 'auto' ? undefined : detail,
    ...cacheOf(fields, path),
  };
}

function fileOf(fields: Fields, path: string): MediaPart {
  const data = optional.text(fields.get('file_data'), `${path}.file_data`);
  const url = optional.text(fields.get('file_url'), `${path}.file_url`);
  const id = optional.text(fields.get('file_id'), `${path}.file_id`);
  const name = optional.text(fields.get('filename'), `${path}.filename`);
  // How finely the pages are rendered: no other vendor can be told.
  if (fields.get('detail') === 'auto') fields.ignore('detail');
  const { source, mediaType } = data === undefined ? linkedFile(url, id, path) : fileData(data, name);
  return { type: 'media', kind: mediaKindOf(mediaType), source, mediaType, name, ...cacheOf(fields, path) };
}

function audioOf(fields: Fields, path: string): MediaPart {
  const audio = required.object(fields.get('input_audio'), `${path}.input_audio`);
  const base64 = required.text(audio['data'], `${path}.input_audio.data`);
  const format = required.text(audio['format'], `${path}.input_audio.format`);
  return { type: 'media', kind: 'audio', source: { type: 'data', base64 }, mediaType: `audio/${format}` };
}

interface Found {
  readonly source: MediaSource;
  readonly mediaType?: string | undefined;
}

function linkedFile(url: string | undefined, id: string | undefined, path: string): Found {
  if (url !== undefined) return { source: { type: 'url', url } };
  if (id !== undefined) return fileSource(id);
  throw invalid(`\`${path}\` needs file_data, file_url or file_id.`, path);
}

function fileSource(id = ''): Found {
  return { source: { type: 'file', id } };
}

function urlSource(url: string): Found {
  const data = readDataUrl(url);
  return data ? dataSource(data) : { source: { type: 'url', url } };
}

/** A data URL or, as OpenAI's older documents show it, bare base64. */
function fileData(data: string, name: string | undefined): Found {
  const read = readDataUrl(data);
  return read ? dataSource(read) : { source: { type: 'data', base64: data }, mediaType: typeByName(name) };
}

function dataSource({ mediaType: told, isBase64, data }: DataUrl): Found {
  const mediaType = told === '' ? 'text/plain' : told;
  if (isBase64 && mediaType !== 'text/plain') return { source: { type: 'data', base64: data }, mediaType };
  return { source: { type: 'text', text: isBase64 ? Buffer.from(data, 'base64').toString() : data }, mediaType };
}

function typeByName(name: string | undefined): string | undefined {
  return name === undefined || name.toLowerCase().endsWith('.pdf') ? 'application/pdf' : undefined;
}

function cacheOf(fields: Fields, path: string): { readonly cache?: CacheMarker } {
  const marker = optional.object(fields.get('prompt_cache_breakpoint'), `${path}.prompt_cache_breakpoint`);
  if (!marker) return {};
  const ttl = optional.text(marker['ttl'], `${path}.prompt_cache_breakpoint.ttl`);
  return { cache: ttl === undefined ? {} : { ttl } };
}
