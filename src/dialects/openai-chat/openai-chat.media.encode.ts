import type { JsonObject, MediaPart } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { compact } from '../fields.js';
import { toDataUrl } from './openai-chat.media.js';

/** Media of an answer: sound where OpenAI has it, images where OpenRouter has them. */
export function writeMedia(media: readonly MediaPart[], context: ReplyContext): JsonObject {
  const images: JsonObject[] = [];
  let audio: JsonObject | undefined;
  for (const part of media) {
    const image = imageOf(part);
    if (image) images.push(image);
    // An answer has one sound.
    else if (!audio && part.kind === 'audio') audio = audioOf(part, context);
    else context.losses.add(part.kind);
  }
  return compact({ images: images.length === 0 ? undefined : images, audio });
}

function imageOf({ kind, source, mediaType }: MediaPart): JsonObject | undefined {
  if (kind !== 'image' || (source.type !== 'data' && source.type !== 'url')) return undefined;
  const url = source.type === 'url' ? source.url : toDataUrl(source.base64, mediaType);
  return { type: 'image_url', image_url: { url } };
}

/** Nothing keeps the sound for a later turn, so it has expired when it comes. */
function audioOf({ source }: MediaPart, { requestId, createdAt, losses }: ReplyContext): JsonObject | undefined {
  if (source.type === 'data')
    return { id: `audio-${requestId}`, data: source.base64, expires_at: createdAt, transcript: '' };
  losses.add('audio');
  return undefined;
}
