import type { JsonObject } from './conversation.js';
import type { UnknownFields } from './dialect.js';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function objectsIn(value: unknown): readonly JsonObject[] {
  return asList(value).filter(isObject);
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A count of tokens: a whole number of at least 0. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** An object without the fields that are `undefined`, as JSON would write it. */
export function compact(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}

/** The same; `undefined` where no field is left. */
export function compactOrNothing(value: object): JsonObject | undefined {
  const said = compact(value);
  return Object.keys(said).length > 0 ? said : undefined;
}

/**
 * Reads an object field by field and can tell which fields nobody asked for.
 *
 * ```ts
 * const part = new Fields(value, 'content[]', unknown);
 * const text = asText(part.get('text'));
 * part.ignore('index').end();
 * ```
 */
export class Fields {
  private readonly value: JsonObject;
  private readonly read = new Set<string>();

  constructor(
    value: unknown,
    private readonly path: string,
    private readonly unknown: UnknownFields | undefined,
  ) {
    this.value = asObject(value);
  }

  get(name: string): unknown {
    this.read.add(name);
    return this.value[name];
  }

  /** Fields that are known and that the canonical form has no use for. */
  ignore(...names: readonly string[]): this {
    for (const name of names) this.read.add(name);
    return this;
  }

  /** The object is kept whole, or means nothing. */
  ignoreAll(): this {
    for (const name of Object.keys(this.value)) this.read.add(name);
    return this;
  }

  /** Reports the fields that were not read. An empty one (null, [], '') means nothing and is not reported. */
  end(): void {
    for (const name of this.rest()) this.unknown?.add(`${this.path}.${name}`);
  }

  /** Names of the fields that were not read and say something. */
  rest(): string[] {
    return Object.entries(this.value).flatMap(([name, value]) => (this.read.has(name) || isEmpty(value) ? [] : name));
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
