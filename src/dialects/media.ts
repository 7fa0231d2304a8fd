import type { MediaPart } from './conversation.js';

/** The options are not taken apart: a group that repeats millions of times overflows the expression's stack. */
const DATA_URL = /^data:([^;,]*)([^,]*),/;

/** What a URL holds that is the data itself. */
export interface DataUrl {
  /** Empty where the URL does not say it. */
  readonly mediaType: string;
  readonly isBase64: boolean;
  /** Base64, or the text. */
  readonly data: string;
}

/** @returns `undefined` for any other text */
export function readDataUrl(url: string): DataUrl | undefined {
  const match = DATA_URL.exec(url);
  if (!match) return undefined;
  const [head, mediaType = '', options = ''] = match;
  const data = url.slice(head.length);
  const isBase64 = options.includes(';base64');
  return { mediaType, isBase64, data: isBase64 ? data : percentDecoded(data) };
}

/** What is neither seen nor heard is a document. */
export function mediaKindOf(mediaType = ''): MediaPart['kind'] {
  const [family] = mediaType.split('/', 1);
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
