import type { MediaPart } from '../conversation.js';
import { valueIn } from '../table.js';

type Kind = MediaPart['kind'];

/**
 * Bedrock's words for formats by media type; where several types mean one format, the first is the usual one.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
const FORMATS: Readonly<Record<Kind, readonly (readonly [mediaType: string, format: string])[]>> = {
  image: [
    ['image/png', 'png'],
    ['image/jpeg', 'jpeg'],
    ['image/jpg', 'jpeg'],
    ['image/gif', 'gif'],
    ['image/webp', 'webp'],
  ],
  audio: [
    ['audio/mpeg', 'mp3'],
    ['audio/mp3', 'mp3'],
    ['audio/wav', 'wav'],
    ['audio/x-wav', 'wav'],
    ['audio/wave', 'wav'],
    ['audio/ogg', 'ogg'],
    ['audio/opus', 'opus'],
    ['audio/flac', 'flac'],
    ['audio/x-flac', 'flac'],
    ['audio/aac', 'aac'],
    ['audio/x-aac', 'x-aac'],
    ['audio/mp4', 'mp4'],
    ['audio/m4a', 'm4a'],
    ['audio/x-m4a', 'm4a'],
    ['audio/webm', 'webm'],
    ['audio/x-matroska', 'mka'],
    ['audio/pcm', 'pcm'],
    ['audio/l16', 'pcm'],
  ],
  video: [
    ['video/mp4', 'mp4'],
    ['video/quicktime', 'mov'],
    ['video/mov', 'mov'],
    ['video/webm', 'webm'],
    ['video/x-matroska', 'mkv'],
    ['video/x-flv', 'flv'],
    ['video/mpeg', 'mpeg'],
    ['video/mpg', 'mpg'],
    ['video/x-ms-wmv', 'wmv'],
    ['video/wmv', 'wmv'],
    ['video/3gpp', 'three_gp'],
  ],
  document: [
    ['application/pdf', 'pdf'],
    ['text/csv', 'csv'],
    ['application/csv', 'csv'],
    ['application/msword', 'doc'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
    ['application/vnd.ms-excel', 'xls'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
    ['text/html', 'html'],
    ['text/plain', 'txt'],
    ['text/markdown', 'md'],
    ['text/x-markdown', 'md'],
  ],
};

/** Documents that are text, whatever they mean, so that a model can read them as such. */
const TEXT_TYPE = /^text\/|^application\/(.+\+)?(json|xml|yaml|x-yaml|javascript|x-ndjson)$/;

/** Endings of names that are not Bedrock's word already. */
const ENDINGS: Readonly<Record<string, string>> = { jpg: 'jpeg', htm: 'html', markdown: 'md', '3gp': 'three_gp' };

/**
 * @param name of the file or its URL, where the media type says nothing
 * @returns `undefined` for a format that Bedrock does not take
 */
export function formatOf(kind: Kind, mediaType: string | undefined, name: string | undefined): string | undefined {
  const type = mediaType?.split(';')[0]?.trim().toLowerCase();
  const known = FORMATS[kind].find(([candidate]) => candidate === type)?.[1];
  if (known !== undefined) return known;
  if (kind === 'document' && type !== undefined && TEXT_TYPE.test(type)) return 'txt';
  const ending = name === undefined ? undefined : (endingOf(name.split('?', 1)[0]) ?? endingOf(name));
  if (ending === undefined) return undefined;
  const format = valueIn(ENDINGS, ending) ?? ending;
  return FORMATS[kind].some(([, candidate]) => candidate === format) ? format : undefined;
}

/** @param name without the query, where it is a URL */
function endingOf(name = ''): string | undefined {
  return /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
}

export function mediaTypeOf(kind: Kind, format: string): string | undefined {
  return FORMATS[kind].find(([, candidate]) => candidate === format)?.[0];
}
