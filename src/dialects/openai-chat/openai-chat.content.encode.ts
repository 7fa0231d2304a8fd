import type { CacheMarker, JsonObject, MediaPart, NativePart, TextPart, UserPart } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact } from '../fields.js';
import { takes } from './openai-chat.extensions.js';
import { audioFormatOf, toDataUrl } from './openai-chat.media.js';

/** The form of a message's content: text alone where it can be, which every vendor takes. */
export function writeContent(parts: readonly JsonObject[]): unknown {
  const [first] = parts;
  if (!first) return '';
  const isBareText = parts.length === 1 && first['type'] === 'text' && Object.keys(first).length === 2;
  return isBareText ? first['text'] : parts;
}

/** Parts that this dialect can say; the others are named as lost. */
export function encodeParts(parts: readonly UserPart[], context: RequestContext): readonly JsonObject[] {
  return parts.flatMap((part): JsonObject | readonly JsonObject[] => {
    switch (part.type) {
      case 'text':
        return encodeText(part, context);
      case 'media':
        return encodeMedia(part, context) ?? [];
      case 'native':
        break;
    }
    return encodeNative(part, context) ?? [];
  });
}

export function encodeText({ text, cache, citations }: TextPart, context: RequestContext): JsonObject {
  if (citations && citations.length > 0) context.losses.add('citations');
  return { type: 'text', text, ...encodeCache(cache, context) };
}

function encodeCache(cache: CacheMarker | undefined, context: RequestContext): JsonObject {
  if (!cache) return {};
  if (takes(context, 'cache_control')) return { cache_control: compact({ type: 'ephemeral', ttl: cache.ttl }) };
  if (takes(context, 'prompt_cache_breakpoint')) {
    return { prompt_cache_breakpoint: compact({ mode: 'explicit', ttl: cache.ttl }) };
  }
  context.losses.add('cache_control');
  return {};
}

/** The same on what is no part: OpenAI's breakpoints stand on parts only. */
export function encodeOuterCache(cache: CacheMarker | undefined, context: RequestContext): JsonObject {
  if (!cache || takes(context, 'cache_control')) return encodeCache(cache, context);
  context.losses.add('cache_control');
  return {};
}

/** @returns `undefined` for what is lost */
export function encodeMedia(part: MediaPart, context: RequestContext): JsonObject | undefined {
  const written = mediaOf(part, context);
  if (!written) {
    context.losses.add(part.source.type === 'file' ? 'file_id' : part.kind);
    return undefined;
  }
  return { ...written, ...encodeCache(part.cache, context) };
}

function encodeNative({ dialect, kind, value }: NativePart, context: RequestContext): JsonObject | undefined {
  if (dialect === 'openai-chat') return value;
  context.losses.add(kind);
  return undefined;
}

function mediaOf(part: MediaPart, context: RequestContext): JsonObject | undefined {
  const url = urlOf(part);
  switch (part.kind) {
    case 'image':
      return url === undefined ? undefined : { type: 'image_url', image_url: compact({ url, detail: part.detail }) };
    case 'video':
      return url === undefined || !takes(context, 'video_url') ? undefined : { type: 'video_url', video_url: { url } };
    case 'audio':
      return soundOf(part);
    case 'document':
      break;
  }
  return documentOf(part, url, context);
}

function soundOf({ source, mediaType }: MediaPart): JsonObject | undefined {
  if (source.type !== 'data') return undefined;
  const format = audioFormatOf(mediaType, source.base64);
  return format === undefined ? undefined : { type: 'input_audio', input_audio: { data: source.base64, format } };
}

/** Only PDFs go as files everywhere; a text is a text. */
function documentOf(
  { source, mediaType, name }: MediaPart,
  url: string | undefined,
  context: RequestContext,
): JsonObject | undefined {
  if (source.type === 'text')
    return { type: 'text', text: name === undefined ? source.text : `${name}\n\n${source.text}` };
  if (source.type === 'file') return { type: 'file', file: compact({ file_id: source.id, filename: name }) };
  if (url === undefined || (source.type === 'url' && !takes(context, 'file_url'))) return undefined;
  return { type: 'file', file: { filename: name ?? fileName(mediaType), file_data: url } };
}

function urlOf({ source, mediaType }: MediaPart): string | undefined {
  if (source.type === 'url') return source.url;
  return source.type === 'data' ? toDataUrl(source.base64, mediaType) : undefined;
}

/** OpenAI demands a name. */
function fileName(mediaType: string | undefined): string {
  return `document.${mediaType?.split('/')[1] ?? 'pdf'}`;
}
