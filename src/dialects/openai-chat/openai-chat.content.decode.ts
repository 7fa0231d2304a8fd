import type { CacheMarker, MediaPart, NativePart, RefusalPart, TextPart, ReasoningPart } from '../conversation.js';
import { compact } from '../fields.js';
import { mediaKindOf } from '../media.js';
import { RequestFields, wrongType } from './openai-chat.check.js';
import { audioTypeOf, type ReadMedia, readFileData, readUrl } from './openai-chat.media.js';
import { thinkingText } from './openai-chat.reasoning.js';

export type ContentPart = TextPart | RefusalPart | ReasoningPart | MediaPart | NativePart;

/** Collects names of fields that the canonical form has no place for. */
export type Unmodelled = Set<string>;

/** Reads a message's content: a text, or parts. An empty text, and null, are no part. */
export function decodeContent(message: RequestFields, unmodelled: Unmodelled): readonly ContentPart[] {
  const content = message.get('content');
  if (content === undefined || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw wrongType(message.at('content'), 'a string or a list of parts');
  return content.map((value: unknown, index) => {
    if (typeof value === 'string') return { type: 'text', text: value };
    const fields = new RequestFields(value, `${message.at('content')}[${index}]`);
    const part = decodePart(fields);
    if (part.type !== 'native') noteRest(fields, unmodelled);
    return part;
  });
}

/** Names the fields of a message, a part or a tool that nobody read. */
export function noteRest(fields: RequestFields, unmodelled: Unmodelled): void {
  const place = fields.path.split(/[[.]/, 1)[0] ?? '';
  for (const name of fields.rest()) unmodelled.add(`${place}.${name}`);
}

/** OpenAI's `prompt_cache_breakpoint`, or Anthropic's `cache_control` as OpenRouter and LiteLLM take it. */
export function cacheOf(fields: RequestFields): { readonly cache?: CacheMarker } {
  const marker = fields.object('cache_control') ?? fields.object('prompt_cache_breakpoint');
  fields.ignore('prompt_cache_breakpoint');
  if (!marker) return {};
  const ttl = marker.text('ttl');
  return { cache: ttl === undefined ? {} : { ttl } };
}

function decodePart(part: RequestFields): ContentPart {
  const type = part.needText('type');
  switch (type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: part.needText('text'), ...cacheOf(part) };
    case 'refusal':
      return { type: 'refusal', text: part.needText('refusal') };
    case 'thinking':
      part.ignore('closed', 'signature');
      return { type: 'reasoning', text: thinkingText(part.get('thinking')) };
    case 'image_url':
    case 'video_url':
    case 'audio_url':
      return linkedMedia(part, type);
    case 'document_url':
      return media(part, 'document', {
        ...readFileData(part.needText('document_url')),
        name: part.text('document_name'),
      });
    case 'input_audio':
      return sound(part);
    case 'file':
      return file(part);
    default:
      return { type: 'native', dialect: 'openai-chat', kind: type, value: part.raw };
  }
}

const KINDS = { image_url: 'image', video_url: 'video', audio_url: 'audio' } as const;

/** `{ url }`, or the URL itself as Mistral takes it. */
function linkedMedia(part: RequestFields, type: keyof typeof KINDS): MediaPart {
  if (typeof part.get(type) === 'string') return media(part, KINDS[type], readUrl(part.needText(type)));
  const linked = part.needObject(type);
  // `auto` is what nothing said means.
  const detail = linked.text('detail');
  return media(part, KINDS[type], {
    ...readUrl(linked.needText('url')),
    detail: detail === 'auto' ? undefined : detail,
  });
}

function sound(part: RequestFields): MediaPart {
  // Mistral takes base64 or a URL without an object around it.
  if (typeof part.get('input_audio') === 'string')
    return media(part, 'audio', readFileData(part.needText('input_audio')));
  const audio = part.needObject('input_audio');
  const base64 = audio.needText('data');
  return media(part, 'audio', {
    source: { type: 'data', base64 },
    mediaType: audioTypeOf(audio.needText('format')),
  });
}

function file(part: RequestFields): MediaPart {
  const file = part.needObject('file');
  const data = file.text('file_data');
  const id = file.text('file_id');
  const name = file.text('filename');
  if (data === undefined && id === undefined) throw wrongType(file.path, 'an object with file_data or file_id');
  const read: ReadMedia = data === undefined ? { source: { type: 'file', id: id ?? '' } } : readFileData(data);
  return media(part, mediaKindOf(read.mediaType), { ...read, name });
}

interface MediaDetails extends ReadMedia {
  readonly name?: string | undefined;
  readonly detail?: string | undefined;
}

function media(part: RequestFields, kind: MediaPart['kind'], details: MediaDetails): MediaPart {
  const { source, mediaType, name, detail } = details;
  return { type: 'media', kind, source, ...compact({ mediaType, name, detail }), ...cacheOf(part) };
}
