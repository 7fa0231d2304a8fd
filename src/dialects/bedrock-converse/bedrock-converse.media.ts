import type { JsonObject, MediaPart, MediaSource } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { Fields, asText, isObject, objectsIn } from '../fields.js';
import type { Losses } from '../losses.js';
import { formatOf, mediaTypeOf } from './bedrock-converse.formats.js';

/** Longest name of a document. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html */
const MAX_NAME_LENGTH = 200;

/** Media that a model made. */
export function readMedia(
  kind: MediaPart['kind'],
  value: unknown,
  unknown: UnknownFields | undefined,
): MediaPart | undefined {
  if (!isObject(value)) return undefined;
  const fields = new Fields(value, kind, unknown);
  const format = asText(fields.get('format'));
  const name = asText(fields.get('name'));
  const source = readSource(fields.get('source'), unknown);
  fields.ignore('context', 'citations', 'error').end();
  if (!source) return undefined;
  const mediaType = format === undefined ? undefined : mediaTypeOf(kind, format);
  return {
    type: 'media',
    kind,
    source,
    ...(mediaType !== undefined && { mediaType }),
    ...(name !== undefined && { name }),
  };
}

function readSource(value: unknown, unknown: UnknownFields | undefined): MediaSource | undefined {
  const fields = new Fields(value, 'source', unknown);
  const base64 = asText(fields.get('bytes'));
  const location = fields.get('s3Location');
  const texts = [fields.get('text'), ...objectsIn(fields.get('content')).map(({ text }) => text)].flatMap(
    (text) => asText(text) ?? [],
  );
  fields.end();
  if (base64 !== undefined) return { type: 'data', base64 };
  const url = isObject(location) ? asText(location.uri) : undefined;
  if (url !== undefined) return { type: 'url', url };
  return texts.length > 0 ? { type: 'text', text: texts.join('\n') } : undefined;
}

/** Writes the media of one request; the names of its documents must differ. */
export class MediaEncoder {
  private readonly names = new Set<string>();
  /** Up to where the numbers of a name are taken. */
  private readonly counts = new Map<string, number>();

  constructor(private readonly losses: Losses) {}

  /** @returns a block of content, or `undefined` where Bedrock cannot take it */
  encode(part: MediaPart): JsonObject | undefined {
    const source = this.source(part);
    if (!source) return undefined;
    const { kind, mediaType, name } = part;
    const url = part.source.type === 'url' ? part.source.url : undefined;
    const format = part.source.type === 'text' ? 'txt' : formatOf(kind, mediaType, name ?? url);
    if (format === undefined) {
      this.losses.add(kind);
      return undefined;
    }
    if (part.detail !== undefined && part.detail !== 'auto') this.losses.add('detail');
    if (kind !== 'document') return { [kind]: { format, source } };
    return { document: { format, name: this.documentName(name), source } };
  }

  private source({ kind, source }: MediaPart): JsonObject | undefined {
    switch (source.type) {
      case 'data':
        return { bytes: source.base64 };
      case 'text':
        return { bytes: Buffer.from(source.text).toString('base64') };
      case 'url':
        // Converse fetches from S3 only, and the gateway fetches nothing.
        if (source.url.startsWith('s3://')) return { s3Location: { uri: source.url } };
        this.losses.add(kind);
        break;
      case 'file':
        this.losses.add('file_id');
        break;
    }
    return undefined;
  }

  /** Letters, digits, single spaces, hyphens, parentheses and brackets. */
  private documentName(name: string | undefined): string {
    const allowed = (name ?? '')
      .replace(/\.\w+$/, '')
      .replace(/[^a-zA-Z0-9\s\-()[\]]/g, '-')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, MAX_NAME_LENGTH);
    const base = allowed === '' ? 'Document' : allowed;
    const stem = base.slice(0, MAX_NAME_LENGTH - 8);
    let unique = allowed === '' ? 'Document 1' : allowed;
    let count = this.counts.get(stem) ?? 2;
    for (; this.names.has(unique); count++) unique = `${stem} ${count}`;
    this.counts.set(stem, count);
    this.names.add(unique);
    return unique;
  }
}
