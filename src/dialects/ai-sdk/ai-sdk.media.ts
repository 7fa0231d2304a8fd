import type { MediaPart } from '../conversation.js';
import { asObject, asText, isObject } from '../fields.js';
import type { Losses } from '../losses.js';
import { mediaKindOf } from '../media.js';
import type { WireFileData, WireFilePart } from './ai-sdk.wire.js';

/** @returns `undefined` for a file that a vendor keeps: its id says nothing of whose it is */
export function encodeFile(media: MediaPart, losses: Losses): Omit<WireFilePart, 'providerOptions'> | undefined {
  const data = fileData(media);
  if (!data) {
    losses.add('file_id');
    return undefined;
  }
  const mediaType = media.mediaType ?? defaultMediaType(media);
  return { type: 'file', mediaType, data, ...(media.name !== undefined && { filename: media.name }) };
}

function fileData({ source }: MediaPart): WireFileData | undefined {
  if (source.type === 'file') return undefined;
  return source.type === 'data' ? { type: 'data', data: source.base64 } : source;
}

function defaultMediaType({ kind, source }: MediaPart): string {
  if (kind !== 'document') return `${kind}/*`;
  return source.type === 'text' ? 'text/plain' : 'application/pdf';
}

/** A `file` part of an answer. Its data is a tagged object in V4, base64 before. */
export function decodeFile(mediaType: unknown, data: unknown): MediaPart | undefined {
  const type = asText(mediaType) ?? 'application/octet-stream';
  const source = mediaSource(isObject(data) ? data : { type: 'data', data });
  return source && { type: 'media', kind: mediaKindOf(type), source, mediaType: type };
}

function mediaSource(data: unknown): MediaPart['source'] | undefined {
  const fields = asObject(data);
  const url = asText(fields['url']);
  if (url !== undefined) return { type: 'url', url };
  const base64 = asText(fields['data']);
  return base64 === undefined ? undefined : { type: 'data', base64 };
}
