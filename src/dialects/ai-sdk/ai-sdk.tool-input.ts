import { parseJson } from '../json.js';

/** @returns the text of a custom tool's input, which the specification writes as JSON; `undefined` for arguments */
export function customInput(input: string): string | undefined {
  const value = parseJson(input);
  return typeof value === 'string' ? value : undefined;
}

export function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}
