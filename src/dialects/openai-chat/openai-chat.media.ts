import type { MediaSource } from '../conversation.js';
import { readDataUrl } from '../media.js';
import { valueIn } from '../table.js';

/** OpenAI's names of sound formats, and those that vendors like it add. */
const AUDIO_TYPES: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', m4a: 'audio/mp4', pcm16: 'audio/pcm' };

/** The two that OpenAI takes, under the names that are in use for them. */
const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
};

/** How files of a kind begin, in base64. */
const BEGINNINGS: readonly (readonly [beginning: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['JVBERi', 'application/pdf'],
  ['SUQz', 'audio/mpeg'],
  ['T2dnUw', 'audio/ogg'],
  ['ZkxhQw', 'audio/flac'],
];

export interface ReadMedia {
  readonly source: MediaSource;
  readonly mediaType?: string | undefined;
}

/** Reads a URL that may hold the data itself. */
export function readUrl(url: string): ReadMedia {
  const read = readDataUrl(url);
  if (!read) return { source: { type: 'url', url } };
  const { mediaType, isBase64, data } = read;
  const base64 = isBase64 ? data : Buffer.from(data).toString('base64');
  return { source: { type: 'data', base64 }, mediaType: mediaType === '' ? typeOf(base64) : mediaType };
}

/** Reads a file's data: a data URL, a URL, or bare base64. */
export function readFileData(data: string): ReadMedia {
  if (/^(data|https?|gs):/.test(data)) return asPlainText(readUrl(data));
  return { source: { type: 'data', base64: data }, mediaType: typeOf(data) };
}

export function audioTypeOf(format: string): string {
  return valueIn(AUDIO_TYPES, format) ?? `audio/${format}`;
}

/** OpenAI's name of a sound format; `undefined` for one that it does not take. */
export function audioFormatOf(mediaType: string | undefined, base64: string): string | undefined {
  return valueIn(AUDIO_FORMATS, mediaType ?? typeOf(base64) ?? '');
}

export function toDataUrl(base64: string, mediaType: string | undefined): string {
  return `data:${mediaType ?? typeOf(base64) ?? 'application/octet-stream'};base64,${base64}`;
}

/** What a file's first bytes say that it is. */
export function typeOf(base64: string): string | undefined {
  const known = BEGINNINGS.find(([beginning]) => base64.startsWith(beginning));
  if (known) return known[1];
  if (!base64.startsWith('UklGR')) return undefined;
  const container = Buffer.from(base64.slice(0, 16), 'base64').toString('latin1', 8, 12);
  return container === 'WEBP' ? 'image/webp' : 'audio/wav';
}

function asPlainText({ source, mediaType }: ReadMedia): ReadMedia {
  if (source.type !== 'data' || mediaType !== 'text/plain') return { source, mediaType };
  return { source: { type: 'text', text: Buffer.from(source.base64, 'base64').toString() }, mediaType };
}
