import type { JsonObject, MediaPart, MediaSource } from '../conversation.js';
import { compact } from '../fields.js';
import { mediaKindOf } from '../media.js';
import { valueIn } from '../table.js';

/** Files that Google keeps: its file API's and its cloud storage's. */
const VENDOR_FILE = /^(?:gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/.*\bfiles\/)/;
const YOUTUBE = /^https?:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//;

/** Types that Gemini reads, by the extension of a file's name. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  css: 'text/css',
  csv: 'text/csv',
  xml: 'text/xml',
  rtf: 'text/rtf',
  json: 'application/json',
  wav: 'audio/wav',
  mp3: 'audio/mp3',
  aiff: 'audio/aiff',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/m4a',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpg',
  mov: 'video/mov',
  avi: 'video/avi',
  webm: 'video/webm',
  wmv: 'video/wmv',
  '3gp': 'video/3gpp',
};

interface Blob {
  readonly data: string;
  readonly mimeType: string | undefined;
  readonly displayName: string | undefined;
}

interface File {
  readonly fileUri: string;
  readonly mimeType: string | undefined;
  readonly displayName: string | undefined;
}

export function mediaOfBlob({ data, mimeType, displayName }: Blob): MediaPart {
  return mediaPart({ type: 'data', base64: standardBase64(data) }, mimeType, displayName);
}

export function mediaOfFile({ fileUri, mimeType, displayName }: File): MediaPart {
  const source: MediaSource = VENDOR_FILE.test(fileUri) ? { type: 'file', id: fileUri } : { type: 'url', url: fileUri };
  const guessed = mimeType ?? typeOfUrl(fileUri) ?? (YOUTUBE.test(fileUri) ? 'video/*' : undefined);
  return { ...mediaPart(source, mimeType, displayName), kind: mediaKindOf(guessed) };
}

/** `{ inlineData }` or `{ fileData }`; the type is left out where nobody told it and the name does not tell it either. */
export function encodeMedia({ source, mediaType, name }: MediaPart): JsonObject {
  switch (source.type) {
    case 'data':
      return { inlineData: compact({ mimeType: mediaType, data: source.base64, displayName: name }) };
    case 'text': {
      const data = Buffer.from(source.text).toString('base64');
      return { inlineData: compact({ mimeType: mediaType ?? 'text/plain', data, displayName: name }) };
    }
    case 'url': {
      const mimeType = mediaType ?? typeOfUrl(source.url);
      return { fileData: compact({ mimeType, fileUri: source.url, displayName: name }) };
    }
    case 'file':
      return { fileData: compact({ mimeType: mediaType, fileUri: source.id, displayName: name }) };
  }
}

/** Whether the file is one that Google knows: an id of another vendor's means nothing to it. */
export function isReadable({ source }: MediaPart): boolean {
  return source.type !== 'file' || VENDOR_FILE.test(source.id);
}

function mediaPart(source: MediaSource, mediaType: string | undefined, name: string | undefined): MediaPart {
  return {
    type: 'media',
    kind: mediaKindOf(mediaType),
    source,
    ...(mediaType !== undefined && { mediaType }),
    ...(name !== undefined && { name }),
  };
}

function typeOfUrl(url: string): string | undefined {
  const [, extension] = /\.(\w+)(?:[?#]|$)/.exec(url) ?? [];
  return extension && valueIn(TYPES, extension.toLowerCase());
}

/** Google's Python SDK writes the URL's alphabet, which other vendors do not read. */
function standardBase64(data: string): string {
  return /[-_]/.test(data) ? data.replaceAll('-', '+').replaceAll('_', '/') : data;
}
