import type { Citation, JsonObject } from '../conversation.js';
import { compact, isObject } from '../fields.js';

/** A text of the answer and its place among the parts that the client gets. */
export interface CitedText {
  readonly partIndex: number;
  readonly text: string;
  readonly citations: readonly Citation[];
}

/** A candidate's `groundingMetadata` and `citationMetadata`. */
export function encodeCitations(texts: readonly CitedText[]): JsonObject {
  const writer = new CitationWriter();
  for (const text of texts) for (const citation of text.citations) writer.write(citation, text);
  return writer.metadata;
}

class CitationWriter {
  private readonly chunks: JsonObject[] = [];
  /** Of the chunks, by their JSON. */
  private readonly indices = new Map<string, number>();
  /** The JSON of supports: very many citations may share one. */
  private readonly keys = new WeakMap<JsonObject, string>();
  private readonly supports = new Map<string, { readonly support: JsonObject; readonly indices: Set<number> }>();
  private readonly sources: JsonObject[] = [];

  get metadata(): JsonObject {
    const supports = [...this.supports.values()].map(({ support, indices }) =>
      Object.assign({}, support, { groundingChunkIndices: [...indices] }),
    );
    return compact({
      groundingMetadata:
        this.chunks.length === 0
          ? undefined
          : compact({
              groundingChunks: this.chunks,
              groundingSupports: supports.length > 0 ? supports : undefined,
            }),
      citationMetadata: this.sources.length === 0 ? undefined : { citationSources: this.sources },
    });
  }

  write(citation: Citation, text: CitedText): void {
    const own = citation.native?.dialect === 'gemini' ? citation.native.value : {};
    if (isObject(own['citationSource'])) {
      this.sources.push(own['citationSource']);
      return;
    }
    const index = this.indexOf(isObject(own['chunk']) ? own['chunk'] : chunkOf(citation));
    const support = isObject(own['support']) ? own['support'] : supportOf(citation, text);
    if (!support) return;
    const key = this.keys.get(support) ?? JSON.stringify(support);
    this.keys.set(support, key);
    const known = this.supports.get(key) ?? { support, indices: new Set() };
    this.supports.set(key, known);
    known.indices.add(index);
  }

  private indexOf(chunk: JsonObject): number {
    const key = JSON.stringify(chunk);
    const index = this.indices.get(key) ?? this.chunks.push(chunk) - 1;
    this.indices.set(key, index);
    return index;
  }
}

function chunkOf({ url, title, citedText }: Citation): JsonObject {
  const source = compact({ uri: url, title, text: citedText });
  return citedText === undefined ? { web: source } : { retrievedContext: source };
}

/** In bytes; zeros are left out, as Google does. */
function supportOf({ start, end }: Citation, { partIndex, text }: CitedText): JsonObject | undefined {
  if (start === undefined || end === undefined) return undefined;
  return {
    segment: compact({
      partIndex: partIndex || undefined,
      startIndex: Buffer.byteLength(text.slice(0, start)) || undefined,
      endIndex: Buffer.byteLength(text.slice(0, end)),
      text: text.slice(start, end),
    }),
  };
}
