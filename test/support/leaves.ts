export type Json = Readonly<Record<string, unknown>>;

/** A text, number or truth value of a JSON value. */
export interface Leaf {
  /** The name of the field, or of the list, that it stands in. */
  readonly key: string;
  readonly value: string;
}

/** All leaves, those of JSON within texts too; what is null, an empty text or empty says nothing. */
export function leavesOf(value: unknown, key = ''): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) => leavesOf(item, name));
  }
  if (value === undefined || value === null || value === '') return [];
  return typeof value === 'string'
    ? [{ key, value }, ...leavesWithin(value, key)]
    : [{ key, value: JSON.stringify(value) }];
}

/** The leaves of a text that is JSON of an object or a list. */
export function leavesWithin(text: string, key = ''): Leaf[] {
  if (!/^\s*[{[]/.test(text)) return [];
  try {
    return leavesOf(JSON.parse(text), key);
  } catch {
    return [];
  }
}
