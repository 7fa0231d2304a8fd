import type { Citation, JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asCount, asList, asText, compact, Fields, isObject, objectsIn } from '../fields.js';

/** A text of the answer, as far as it has come. */
export interface AnswerText {
  /** Which part of the canonical answer it is. */
  readonly part: number;
  readonly text: string;
  /** Which part of the vendor's answer begins it, and ends there unless the vendor cut it. */
  readonly firstIndex: number;
}

export interface PlacedCitation {
  /** `undefined` for a source of the answer as a whole. */
  readonly part?: number | undefined;
  readonly citation: Citation;
}

/** One place of the answer and one of its sources. */
interface Source {
  readonly chunk?: JsonObject | undefined;
  readonly support?: JsonObject | undefined;
  readonly citationSource?: JsonObject | undefined;
}

/**
 * Collects what an answer was grounded on. A stream may tell it once or again with each chunk, and tells it before or
 * after the text that it is about; places are looked for when the answer has ended.
 */
export class Grounding {
  private readonly sources = new Map<string, Source>();
  private chunks: readonly JsonObject[] = [];
  private readonly cited = new Set<number>();

  readGrounding(metadata: unknown, unknown: UnknownFields | undefined): void {
    if (!isObject(metadata)) return;
    const fields = new Fields(metadata, 'groundingMetadata', unknown);
    const chunks = objectsIn(fields.get('groundingChunks'));
    const supports = objectsIn(fields.get('groundingSupports'));
    fields.ignore(
      'searchEntryPoint',
      'webSearchQueries',
      'imageSearchQueries',
      'retrievalQueries',
      'retrievalMetadata',
    );
    fields.ignore('googleMapsWidgetContextToken', 'sourceFlaggingUris').end();
    for (const chunk of chunks) {
      new Fields(chunk, 'groundingMetadata.groundingChunks[]', unknown)
        .ignore('web', 'retrievedContext', 'maps', 'image')
        .end();
    }
    if (chunks.length > 0) this.chunks = chunks;
    for (const support of supports) this.readSupport(support);
  }

  /** Google's own name, then Vertex's. */
  readCitations(metadata: unknown, unknown: UnknownFields | undefined): void {
    if (!isObject(metadata)) return;
    const fields = new Fields(metadata, 'citationMetadata', unknown);
    const sources = [...objectsIn(fields.get('citationSources')), ...objectsIn(fields.get('citations'))];
    fields.end();
    for (const citationSource of sources) this.add({ citationSource });
  }

  /** Where the answer says what its sources say. */
  place(texts: readonly AnswerText[]): readonly PlacedCitation[] {
    const placed = [...this.sources.values()].map((source) => placeSource(source, texts));
    const others = this.chunks.filter((_, index) => !this.cited.has(index));
    return [...placed, ...others.map((chunk) => ({ citation: citationOf({ chunk }) }))];
  }

  private readSupport(support: JsonObject): void {
    for (const index of asList(support['groundingChunkIndices']).map(asCount)) {
      const chunk = index === undefined ? undefined : this.chunks[index];
      if (index === undefined || !chunk) continue;
      this.cited.add(index);
      this.add({ chunk, support });
    }
  }

  private add(source: Source): void {
    this.sources.set(JSON.stringify(source), source);
  }
}

function placeSource(source: Source, texts: readonly AnswerText[]): PlacedCitation {
  const citation = citationOf(source);
  const segment = source.support?.['segment'] ?? source.citationSource;
  const place = isObject(segment) ? locate(segment, texts) : undefined;
  if (!place) return { citation };
  return { part: place.part, citation: { ...citation, start: place.start, end: place.end } };
}

function citationOf(source: Source): Citation {
  const { chunk = {}, citationSource } = source;
  const found = ['web', 'retrievedContext', 'maps', 'image'].map((kind) => chunk[kind]).find(isObject) ?? {};
  const from = citationSource ?? found;
  const url = asText(from['uri']) ?? asText(from['sourceUri']) ?? asText(from['imageUri']);
  const title = asText(from['title']);
  const citedText = asText(from['text']);
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== undefined && { citedText }),
    native: { dialect: 'gemini', value: compact(source) },
  };
}

/**
 * Google counts bytes of one part of the answer. Which part cannot be told in a stream, so that the words decide where the
 * segment has them.
 */
function locate(
  segment: JsonObject,
  texts: readonly AnswerText[],
): { readonly part: number; readonly start: number; readonly end: number } | undefined {
  const words = asText(segment['text']);
  const startByte = asCount(segment['startIndex']) ?? 0;
  const endByte = asCount(segment['endIndex']);
  const partIndex = asCount(segment['partIndex']) ?? 0;
  const ordered = texts.toSorted((a, b) => Number(b.firstIndex === partIndex) - Number(a.firstIndex === partIndex));
  if (endByte !== undefined) {
    for (const { part, text } of ordered) {
      const bytes = Buffer.from(text);
      const start = bytes.toString('utf8', 0, startByte).length;
      const end = bytes.toString('utf8', 0, endByte).length;
      if (endByte <= bytes.length && (words === undefined || text.slice(start, end) === words))
        return { part, start, end };
    }
  }
  if (words === undefined || words === '') return undefined;
  const holder = texts.find(({ text }) => text.includes(words));
  const start = holder?.text.indexOf(words) ?? 0;
  return holder && { part: holder.part, start, end: start + words.length };
}
