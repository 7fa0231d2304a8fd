import type { JsonObject, MediaPart } from '../conversation.js';
import { asText } from '../fields.js';

const TYPE = 'image_generation_call';

/** @returns the image of an `image_generation_call` item, or `undefined` for other items and calls without a result */
export function readGeneratedImage(item: JsonObject): MediaPart | undefined {
  const base64 = item['type'] === TYPE ? asText(item['result']) : undefined;
  if (base64 === undefined || base64 === '') return undefined;
  const format = asText(item['output_format']) ?? 'png';
  return { type: 'media', kind: 'image', source: { type: 'data', base64 }, mediaType: `image/${format}` };
}

/** @returns `undefined` for what a response cannot hold: sound, film, or an image that is only linked to */
export function writeGeneratedImage(media: MediaPart, id: string): JsonObject | undefined {
  if (media.kind !== 'image' || media.source.type !== 'data') return undefined;
  const format = media.mediaType?.split('/')[1] ?? 'png';
  return { id, type: TYPE, status: 'completed', output_format: format, result: media.source.base64 };
}
