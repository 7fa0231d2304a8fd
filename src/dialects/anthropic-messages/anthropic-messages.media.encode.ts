import type { JsonObject, MediaPart } from '../conversation.js';
import type { Losses } from '../losses.js';
import { cacheField } from './anthropic-messages.cache-markers.js';

const IMAGE_TYPES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
const PDF = 'application/pdf';
/** Data that a model reads as text. */
const TEXT_TYPES = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|javascript)\b)/;
/** Anthropic's own ids; OpenAI's begin with `file-`, and another vendor's file is not there. */
const OWN_FILE = /^file_/;

/** An image or a document; empty, and a loss, for what Anthropic cannot take. */
export function mediaBlocks(part: MediaPart, losses: Losses): Record<string, unknown>[] {
  const source = sourceOf(part);
  if (!source) {
    losses.add(part.source.type === 'file' ? 'file_id' : part.kind);
    return [];
  }
  if (part.detail !== undefined && part.detail !== 'auto') losses.add('detail');
  const title = part.kind === 'document' && part.name !== undefined ? { title: part.name } : {};
  return [{ type: part.kind, source, ...title, ...cacheField(part.cache, losses) }];
}

function sourceOf(part: MediaPart): JsonObject | undefined {
  if (part.kind !== 'image' && part.kind !== 'document') return undefined;
  const { source, mediaType } = part;
  const isImage = part.kind === 'image';
  if (source.type === 'file') return OWN_FILE.test(source.id) ? { type: 'file', file_id: source.id } : undefined;
  if (source.type === 'url') return urlSource(source.url, isImage || (mediaType ?? PDF) === PDF);
  if (source.type === 'text') return isImage ? undefined : textSource(source.text);
  return isImage ? imageSource(source.base64, mediaType) : documentSource(source.base64, mediaType);
}

/** Anthropic fetches from the web only. */
function urlSource(url: string, isKnownType: boolean): JsonObject | undefined {
  return isKnownType && /^https?:/i.test(url) ? { type: 'url', url } : undefined;
}

function imageSource(data: string, mediaType = ''): JsonObject | undefined {
  const type = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
  return IMAGE_TYPES.has(type) ? { type: 'base64', media_type: type, data } : undefined;
}

function documentSource(data: string, mediaType = PDF): JsonObject | undefined {
  if (mediaType === PDF) return { type: 'base64', media_type: PDF, data };
  return TEXT_TYPES.test(mediaType) ? textSource(Buffer.from(data, 'base64').toString()) : undefined;
}

function textSource(text: string): JsonObject {
  return { type: 'text', media_type: 'text/plain', data: text };
}
