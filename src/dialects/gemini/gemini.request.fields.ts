import { GatewayError } from '../../errors/gateway-error.js';
import type { JsonObject } from '../conversation.js';
import { isObject } from '../fields.js';

/** `inline_data` → `inlineData`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Reads an object of a client's request field by field. Google's JSON has each name in camelCase and in snake_case; a
 * field of the wrong type ends the request.
 */
export class RequestFields {
  private readonly read = new Set<string>();

  /** @param path of the object, empty for the body itself */
  constructor(
    readonly value: JsonObject,
    readonly path: string,
  ) {}

  /** @throws GatewayError when the value is no object */
  static of(value: unknown, path: string): RequestFields {
    if (!isObject(value)) throw wrongType(path, 'an object');
    return new RequestFields(value, path);
  }

  /** `undefined` where the field is absent or null. */
  get(name: string): unknown {
    const snake = snakeCase(name);
    this.read.add(name).add(snake);
    return this.value[name] ?? this.value[snake] ?? undefined;
  }

  text(name: string): string | undefined {
    return this.checked(name, 'a string', (value) => typeof value === 'string');
  }

  number(name: string): number | undefined {
    return this.checked(name, 'a number', (value) => typeof value === 'number');
  }

  boolean(name: string): boolean | undefined {
    return this.checked(name, 'a boolean', (value) => typeof value === 'boolean');
  }

  json(name: string): JsonObject | undefined {
    return this.checked(name, 'an object', isObject);
  }

  list(name: string): readonly unknown[] | undefined {
    return this.checked(name, 'a list', (value): value is readonly unknown[] => Array.isArray(value));
  }

  texts(name: string): readonly string[] | undefined {
    return this.checked(name, 'a list of strings', isTexts);
  }

  object(name: string): RequestFields | undefined {
    const value = this.json(name);
    return value && new RequestFields(value, this.pathOf(name));
  }

  objects(name: string): readonly RequestFields[] {
    return (this.list(name) ?? []).map((item, index) => RequestFields.of(item, `${this.pathOf(name)}[${index}]`));
  }

  /** In the client's own spelling. */
  pathOf(name: string): string {
    const snake = snakeCase(name);
    const written = name in this.value || !(snake in this.value) ? name : snake;
    return this.path === '' ? written : `${this.path}.${written}`;
  }

  /** Names, in the client's own spelling, of the fields that were not read and say something. */
  rest(): string[] {
    return Object.keys(this.value).filter((name) => !this.read.has(name) && this.value[name] !== null);
  }

  private checked<T>(name: string, what: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.get(name);
    if (value === undefined || is(value)) return value;
    throw wrongType(this.pathOf(name), what);
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The error for a field of the wrong type. */
export function wrongType(path: string, what: string): GatewayError {
  return new GatewayError('invalid_request', `${path} must be ${what}.`, { param: path });
}
