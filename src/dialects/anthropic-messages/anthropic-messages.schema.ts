import type { JsonObject } from '../conversation.js';
import { isObject } from '../fields.js';

/** Keywords that Anthropic's structured output refuses; the model is told of them in words instead. */
const BOUNDS = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);
const LISTS = new Set(['anyOf', 'allOf', 'oneOf', 'prefixItems']);
const MAPS = new Set(['properties', '$defs', 'definitions']);

/**
 * A JSON schema that Anthropic accepts: every object says that it is closed, and what the grammar cannot bound stands in
 * the description.
 * @see https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
 */
export function acceptedSchema(schema: JsonObject): JsonObject {
  const accepted: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (!BOUNDS.has(keyword)) accepted[keyword === 'oneOf' ? 'anyOf' : keyword] = acceptedValue(keyword, value);
  }
  if (schema['type'] === 'object' || isObject(schema['properties'])) accepted['additionalProperties'] = false;
  const bounds = [...BOUNDS].filter((keyword) => schema[keyword] !== undefined);
  if (bounds.length > 0) accepted['description'] = described(schema, bounds);
  return accepted;
}

function acceptedValue(keyword: string, value: unknown): unknown {
  if (LISTS.has(keyword) && Array.isArray(value)) return value.map(acceptedMember);
  if (MAPS.has(keyword) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, acceptedMember(member)]));
  }
  return keyword === 'items' ? acceptedMember(value) : value;
}

function acceptedMember(member: unknown): unknown {
  return isObject(member) ? acceptedSchema(member) : member;
}

function described(schema: JsonObject, bounds: readonly string[]): string {
  const words = bounds.map((keyword) => `${keyword}: ${JSON.stringify(schema[keyword])}`).join(', ');
  return typeof schema['description'] === 'string' ? `${schema['description']} (${words})` : words;
}

/** Whether an object may have members that the schema does not name: Anthropic's grammar would close it. */
export function hasOpenObject(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasOpenObject);
  if (!isObject(schema)) return false;
  return (schema['additionalProperties'] ?? false) !== false || Object.values(schema).some(hasOpenObject);
}
