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
  /** Numbers for what sources are made of, by its JSON: a support may name very many chunks. */
  private readonly numbers = new Map<string, number>();
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
    for (const citationSource of sources) this.sources.set(JSON.stringify(citationSource), { citationSource });
  }

  /** Where the answer says what its sources say. */
  place(texts: readonly AnswerText[]): readonly PlacedCitation[] {
    const measured = texts.map((text): MeasuredText => ({ ...text, bytes: Buffer.from(text.text) }));
    const byFirstIndex = new Map(measured.map((text) => [text.firstIndex, text]));
    const placed = [...this.sources.values()].map((source) => placeSource(source, { texts: measured, byFirstIndex }));
    const others = this.chunks.filter((_, index) => !this.cited.has(index));
    return [...placed, ...others.map((chunk) => ({ citation: citationOf({ chunk }) }))];
  }

  private readSupport(support: JsonObject): void {
    const supportNumber = this.numberOf(support);
    for (const index of asList(support['groundingChunkIndices']).map(asCount)) {
      const chunk = index === undefined ? undefined : this.chunks[index];
      if (index === undefined || !chunk) continue;
      this.cited.add(index);
      this.sources.set(`${supportNumber} ${this.numberOf(chunk)}`, { chunk, support });
    }
  }

  private numberOf(value: JsonObject): number {
    const key = JSON.stringify(value);
    const number = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, number);
    return number;
  }
}

interface MeasuredText extends AnswerText {
  readonly bytes: Buffer;
}

interface Texts {
  readonly texts: readonly MeasuredText[];
  readonly byFirstIndex: ReadonlyMap<number, MeasuredText>;
}

interface Place {
  readonly part: number;
  readonly start: number;
  readonly end: number;
}

function placeSource(source: Source, texts: Texts): PlacedCitation {
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
function locate(segment: JsonObject, { texts, byFirstIndex }: Texts): Place | undefined {
  const words = asText(segment['text']);
  const startByte = asCount(segment['startIndex']) ?? 0;
  const endByte = asCount(segment['endIndex']);
  const partIndex = asCount(segment['partIndex']) ?? 0;
  if (endByte !== undefined) {
    const named = byFirstIndex.get(partIndex);
    const place = named && placeIn(named, startByte, endByte, words);
    if (place) return place;
    for (const text of texts) {
      const found = placeIn(text, startByte, endByte, words);
      if (found) return found;
    }
  }
  if (words === undefined || words === '') return undefined;
  const holder = texts.find(({ text }) => text.includes(words));
  const start = holder?.text.indexOf(words) ?? 0;
  return holder && { part: holder.part, start, end: start + words.length };
}

/** @returns `undefined` where the text is shorter, or says something else there */
function placeIn(
  { part, text, bytes }: MeasuredText,
  startByte: number,
  endByte: number,
  words: string | undefined,
): Place | undefined {
  if (endByte > bytes.length) return undefined;
  const isAscii = bytes.length === text.length;
  const [start = 0, end = 0] = [startByte, endByte].map((byte) => {
    return isAscii ? Math.min(byte, text.length) : bytes.toString('utf8', 0, byte).length;
  });
  return words === undefined || text.slice(start, end) === words ? { part, start, end } : undefined;
}
