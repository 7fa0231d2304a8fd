import type { MediaPart, MediaSource, TextPart } from '../conversation.js';
import { type ClientFields, invalid } from './anthropic-messages.client-fields.js';

/** Reads a block of content that is inside a block. */
export type ReadContent = (content: unknown, path: string) => readonly (TextPart | MediaPart)[];

/** An `image` block. */
export function readImage(block: ClientFields): MediaPart {
  const source = sourceOf(block);
  const media = readSource(source);
  source.end();
  const cache = block.cacheMarker();
  return { type: 'media', kind: 'image', ...media, ...(cache && { cache }) };
}

/** A `document` block. One that is made of blocks becomes these, since only Anthropic knows such a thing. */
export function readDocument(block: ClientFields, readContent: ReadContent): readonly (TextPart | MediaPart)[] {
  const source = sourceOf(block);
  const cache = block.cacheMarker();
  const name = block.text('title');
  noteCitations(block);
  const about = { ...(name !== undefined && { name }), ...(cache && { cache }) };
  if (source.get('type') !== 'content') {
    const media = readSource(source);
    source.end();
    return [{ type: 'media', kind: 'document', ...media, ...about }];
  }
  const parts = readContent(source.get('content'), source.at('content'));
  source.end();
  const last = parts.at(-1);
  return last && cache ? [...parts.slice(0, -1), { ...last, cache }] : parts;
}

/** A `search_result` block: a text from the client's own search, with its address. Only Anthropic has a kind for it. */
export function readSearchResult(block: ClientFields, readContent: ReadContent): MediaPart {
  const source = block.requiredText('source');
  const name = block.text('title');
  const texts = readContent(block.get('content'), block.at('content')).flatMap((part) =>
    part.type === 'text' ? [part.text] : [],
  );
  const cache = block.cacheMarker();
  noteCitations(block);
  return {
    type: 'media',
    kind: 'document',
    source: { type: 'text', text: [source, ...texts].join('\n\n') },
    mediaType: 'text/plain',
    ...(name !== undefined && { name }),
    ...(cache && { cache }),
  };
}

/** Asking the model to cite a document is Anthropic's own. */
function noteCitations(block: ClientFields): void {
  if (block.inside('citations')?.boolean('enabled')) block.leaveOut('citations');
}

function sourceOf(block: ClientFields): ClientFields {
  const source = block.inside('source');
  if (!source) throw invalid(block.at('source'), 'an object');
  return source;
}

function readSource(source: ClientFields): { readonly source: MediaSource; readonly mediaType?: string } {
  const type = source.requiredText('type');
  const mediaType = source.text('media_type');
  const kind = mediaType === undefined ? {} : { mediaType };
  switch (type) {
    case 'base64':
      return { source: { type: 'data', base64: source.requiredText('data') }, ...kind };
    case 'url':
      return { source: { type: 'url', url: source.requiredText('url') }, ...kind };
    case 'file':
      return { source: { type: 'file', id: source.requiredText('file_id') }, ...kind };
    case 'text':
      return { source: { type: 'text', text: source.requiredText('data') }, ...kind };
    default:
      throw invalid(source.at('type'), "'base64', 'url', 'file', 'text' or 'content'");
  }
}
