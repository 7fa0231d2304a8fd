import { GatewayError } from '../../errors/gateway-error.js';
import type { JsonObject } from '../conversation.js';
import { isObject } from '../fields.js';

/**
 * Readers of a client's fields: `undefined` for what is not there or null.
 * @throws GatewayError `invalid_request` with the field's path, when it is of another type
 */
export const optional = {
  text: (value: unknown, path: string) => check(value, path, 'a string', isText),
  number: (value: unknown, path: string) => check(value, path, 'a number', isNumber),
  count: (value: unknown, path: string) => check(value, path, 'a whole number of at least 0', isCount),
  boolean: (value: unknown, path: string) => check(value, path, 'a boolean', isBoolean),
  object: (value: unknown, path: string) => check(value, path, 'an object', isObject),
  list: (value: unknown, path: string) => check(value, path, 'a list', isList),
};

/** The same for fields that have to be there. */
export const required = {
  text: (value: unknown, path: string) => present(optional.text(value, path), path, 'a string'),
  object: (value: unknown, path: string) => present(optional.object(value, path), path, 'an object'),
};

/** @throws GatewayError `invalid_request` when the list holds anything but objects */
export function objectList(value: unknown, path: string): readonly JsonObject[] {
  return (optional.list(value, path) ?? []).map((item, index) => required.object(item, `${path}[${index}]`));
}

export function invalid(message: string, param: string): GatewayError {
  return new GatewayError('invalid_request', message, { param });
}

function check<T>(value: unknown, path: string, kind: string, is: (value: unknown) => value is T): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (is(value)) return value;
  throw invalid(`\`${path}\` must be ${kind}.`, path);
}

function present<T>(value: T | undefined, path: string, kind: string): T {
  if (value === undefined) throw invalid(`\`${path}\` is missing: it must be ${kind}.`, path);
  return value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && isNumber(value) && value >= 0;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
