/** The parts that are looked at. Nobody has checked a tool's schema before. */
interface JsonSchema {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly properties?: object;
  readonly items?: unknown;
}

const MAX_DEPTH = 16;
/** A schema can be as large as a body, and its sample is sent once for each choice. */
const MAX_VALUES = 1_000;
const MAX_WORDS_LENGTH = 1_000;

/** A value for every property of a tool's parameters: the user's words where a text is wanted, else the smallest value. */
export function sampleArguments(schema: unknown, words: string): unknown {
  return new Sample(words.slice(0, MAX_WORDS_LENGTH)).of(schema, 0);
}

class Sample {
  private values = 0;

  constructor(private readonly words: string) {}

  of(schema: unknown, depth: number): unknown {
    if (!isSchema(schema) || depth > MAX_DEPTH || ++this.values > MAX_VALUES) return {};
    if (schema.const !== undefined) return schema.const;
    if (Array.isArray(schema.enum)) return schema.enum[0];
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
    if (type === 'string') return this.words;
    if (type === 'integer' || type === 'number') return 0;
    if (type === 'boolean') return false;
    if (type === 'null') return null;
    if (type === 'array') return schema.items === undefined ? [] : [this.of(schema.items, depth + 1)];
    const properties = Object.entries(schema.properties ?? {}).slice(0, MAX_VALUES);
    return Object.fromEntries(properties.map(([name, value]) => [name, this.of(value, depth + 1)]));
  }
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
