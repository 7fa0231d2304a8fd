import type { JsonObject } from '../conversation.js';
import { asList, isObject } from '../fields.js';
import { camelCase } from './gemini.request.fields.js';

/** int64 values, which Google's JSON writes as strings. */
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);

/**
 * Google's `Schema`, a dialect of OpenAPI 3.0, as JSON schema: types in lower case, `nullable` as a type, counts as
 * numbers, properties in the order of `propertyOrdering`.
 * @see https://ai.google.dev/api/caching#Schema
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const result: Record<string, unknown> = {};
  const { nullable, ...fields } = withCamelKeys(schema);
  for (const [name, value] of Object.entries(fields)) {
    const converted = convert(name, value, fields);
    if (converted) result[converted[0]] = converted[1];
  }
  return nullable === true ? withNull(result) : result;
}

function convert(name: string, value: unknown, schema: JsonObject): readonly [string, unknown] | undefined {
  switch (name) {
    case 'type':
      return value === 'TYPE_UNSPECIFIED' ? undefined : [name, lowerCase(value)];
    case 'properties':
      return [name, isObject(value) ? inOrder(convertAll(value), asList(schema['propertyOrdering'])) : value];
    case '$defs':
    case 'defs':
      return [name, isObject(value) ? convertAll(value) : value];
    case 'items':
    case 'additionalProperties':
      return [name, convertOne(value)];
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
    case 'prefixItems':
      return [name, asList(value).map(convertOne)];
    case 'propertyOrdering':
      return undefined;
    case 'example':
      return ['examples', [value]];
    case 'format':
      return value === 'enum' ? undefined : [name, value];
    default:
      return [name, COUNTS.has(name) && typeof value === 'string' ? Number(value) : value];
  }
}

function withNull(schema: JsonObject): JsonObject {
  const { type, enum: values, anyOf } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...asList(anyOf), { type: 'null' }] };
  if (typeof type !== 'string') return schema;
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) && { enum: [...asList(values), null] }) };
}

function inOrder(properties: JsonObject, order: readonly unknown[]): JsonObject {
  const names = order.filter((name): name is string => typeof name === 'string' && Object.hasOwn(properties, name));
  return { ...Object.fromEntries(names.map((name) => [name, properties[name]])), ...properties };
}

function convertAll(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, convertOne(schema)]));
}

function convertOne(schema: unknown): unknown {
  return isObject(schema) ? toJsonSchema(schema) : schema;
}

function withCamelKeys(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [camelCase(name), value]));
}

function lowerCase(type: unknown): unknown {
  if (Array.isArray(type)) return asList(type).map(lowerCase);
  return typeof type === 'string' ? type.toLowerCase() : type;
}
