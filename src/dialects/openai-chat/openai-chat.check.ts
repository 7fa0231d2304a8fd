import { GatewayError } from '../../errors/gateway-error.js';
import type { JsonObject } from '../conversation.js';
import { asBoolean, asCount, asList, asNumber, asText, Fields, isObject } from '../fields.js';

/**
 * Reads an object of a client's request field by field: `null` is the same as nothing there, and a field of another type
 * than asked for is the client's fault.
 */
export class RequestFields {
  readonly raw: JsonObject;
  private readonly fields: Fields;

  /**
   * @param path where the object stands in the body, in the client's own names; empty for the body itself
   * @throws GatewayError `invalid_request` when it is no object
   */
  constructor(
    value: unknown,
    readonly path: string,
  ) {
    if (!isObject(value)) throw wrongType(path, 'an object');
    this.raw = value;
    this.fields = new Fields(value, path, undefined);
  }

  get(name: string): unknown {
    return this.fields.get(name) ?? undefined;
  }

  text(name: string): string | undefined {
    return this.read(name, 'a string', asText);
  }

  number(name: string): number | undefined {
    return this.read(name, 'a number', asNumber);
  }

  count(name: string): number | undefined {
    return this.read(name, 'a whole number', asCount);
  }

  integer(name: string): number | undefined {
    return this.read(name, 'a whole number', (value) => (Number.isSafeInteger(value) ? asNumber(value) : undefined));
  }

  boolean(name: string): boolean | undefined {
    return this.read(name, 'true or false', asBoolean);
  }

  record(name: string): JsonObject | undefined {
    return this.read(name, 'an object', (value) => (isObject(value) ? value : undefined));
  }

  list(name: string): readonly unknown[] | undefined {
    return this.read(name, 'a list', (value) => (Array.isArray(value) ? asList(value) : undefined));
  }

  object(name: string): RequestFields | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : new RequestFields(value, this.at(name));
  }

  /** The objects of a list; none where there is no list. */
  objects(name: string): readonly RequestFields[] {
    return (this.list(name) ?? []).map((item, index) => new RequestFields(item, `${this.at(name)}[${index}]`));
  }

  needText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missing(this.at(name));
    return value;
  }

  needObject(name: string): RequestFields {
    const value = this.object(name);
    if (value === undefined) throw missing(this.at(name));
    return value;
  }

  /** Fields that are known and mean nothing to another vendor. */
  ignore(...names: readonly string[]): this {
    this.fields.ignore(...names);
    return this;
  }

  /** Names of the fields that nobody asked for and that say something. */
  rest(): readonly string[] {
    return this.fields.rest();
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  private read<T>(name: string, kind: string, as: (value: unknown) => T | undefined): T | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const read = as(value);
    if (read === undefined) throw wrongType(this.at(name), kind);
    return read;
  }
}

export function wrongType(path: string, kind: string): GatewayError {
  return new GatewayError('invalid_request', `\`${path}\` must be ${kind}.`, { param: path });
}

function missing(path: string): GatewayError {
  return new GatewayError('invalid_request', `\`${path}\` is missing.`, { param: path });
}
