import type { JsonObject } from '../conversation.js';
import { isObject } from '../fields.js';
import { parseJson } from '../json.js';

interface ResultText {
  /** `undefined` for an empty response. */
  readonly text?: string | undefined;
  readonly isError?: true | undefined;
}

/**
 * What a function's response says, as text. `output` and `error` are the names that the API gives a meaning to; any other
 * object is the output itself and becomes its JSON.
 * @see https://ai.google.dev/api/caching#FunctionResponse
 */
export function decodeResponse(response: JsonObject = {}): ResultText {
  const said = Object.entries(response).filter(([, value]) => value !== null && value !== undefined);
  const [first, ...others] = said;
  if (first === undefined) return {};
  const isError = said.some(([name]) => name === 'error') || undefined;
  const [name, value] = first;
  if (others.length > 0 || (name !== 'output' && name !== 'error')) {
    return { text: JSON.stringify(response), ...(isError && { isError }) };
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { text, ...(isError && { isError }) };
}

/** The reverse of {@link decodeResponse}: an object goes as itself where it comes back as the same text. */
export function encodeResponse({ text, isError }: ResultText): JsonObject {
  if (isError) return { error: text ?? '' };
  if (text === undefined) return {};
  const json = parseObject(text);
  return json && decodeResponse(json).text === text && !decodeResponse(json).isError ? json : { output: text };
}

/** @returns `undefined` for a text that is no JSON object */
export function parseObject(text: string): JsonObject | undefined {
  // Texts are long, and few of them are JSON.
  const value = text.trimStart().startsWith('{') ? parseJson(text) : undefined;
  return isObject(value) ? value : undefined;
}
