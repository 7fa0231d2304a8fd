interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

const MAX_DEPTH = 16;

/** A value for every property of a tool's parameters: the user's words where a text is wanted, else the smallest value. */
export function sampleArguments(schema: unknown, words: string, depth = 0): unknown {
  if (!isSchema(schema) || depth > MAX_DEPTH) return {};
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'string':
      return words;
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return schema.items ? [sampleArguments(schema.items, words, depth + 1)] : [];
    case undefined:
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, value]) => [
          name,
          sampleArguments(value, words, depth + 1),
        ]),
      );
  }
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
