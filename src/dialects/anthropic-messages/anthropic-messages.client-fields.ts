import { GatewayError } from '../../errors/gateway-error.js';
import type { CacheMarker, JsonObject } from '../conversation.js';
import { isObject } from '../fields.js';

/**
 * Reads one object of a client's body. `null` is the same as absent; what nobody reads is noted by its name.
 * Every reader throws `invalid_request`, with the field's path, for a value of another type.
 */
export class ClientFields {
  private readonly value: JsonObject;
  private readonly read = new Set<string>();

  constructor(
    value: unknown,
    private readonly path: string,
    private readonly unmodelled: Set<string>,
  ) {
    if (!isObject(value)) throw invalid(path, 'an object');
    this.value = value;
  }

  get(name: string): unknown {
    this.read.add(name);
    return this.value[name] ?? undefined;
  }

  text(name: string): string | undefined {
    return this.typed(name, 'a string', (value) => typeof value === 'string');
  }

  requiredText(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw invalid(this.at(name), 'a string');
    return text;
  }

  number(name: string): number | undefined {
    return this.typed(name, 'a number', (value) => typeof value === 'number');
  }

  boolean(name: string): boolean | undefined {
    return this.typed(name, 'a boolean', (value) => typeof value === 'boolean');
  }

  object(name: string): JsonObject | undefined {
    return this.typed(name, 'an object', isObject);
  }

  list(name: string): readonly unknown[] | undefined {
    return this.typed(name, 'a list', (value): value is unknown[] => Array.isArray(value));
  }

  texts(name: string): readonly string[] | undefined {
    return this.list(name)?.map((text, index) => {
      if (typeof text !== 'string') throw invalid(`${this.at(name)}[${index}]`, 'a string');
      return text;
    });
  }

  /** A field that is an object of its own. */
  inside(name: string): ClientFields | undefined {
    const value = this.object(name);
    return value && new ClientFields(value, this.at(name), this.unmodelled);
  }

  cacheMarker(): CacheMarker | undefined {
    const marker = this.inside('cache_control');
    if (!marker) return undefined;
    const ttl = marker.text('ttl');
    return ttl === undefined ? {} : { ttl };
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  ignore(...names: readonly string[]): this {
    for (const name of names) this.read.add(name);
    return this;
  }

  /** The object is kept whole: none of its fields is lost. */
  ignoreAll(): this {
    for (const name of Object.keys(this.value)) this.read.add(name);
    return this;
  }

  /** Notes the fields that the canonical form has no place for. */
  end(): void {
    for (const [name, value] of Object.entries(this.value)) {
      if (!this.read.has(name) && value !== null) this.unmodelled.add(name);
    }
  }

  /** Notes a field that was read and cannot be said. */
  leaveOut(name: string): void {
    this.unmodelled.add(name);
  }

  private typed<T>(name: string, wanted: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (!is(value)) throw invalid(this.at(name), wanted);
    return value;
  }
}

export function invalid(param: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `${param}: expected ${wanted}`, { param });
}
