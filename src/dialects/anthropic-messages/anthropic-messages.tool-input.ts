import type { JsonObject, ToolCallPart } from '../conversation.js';
import { isObject } from '../fields.js';
import { parseJson } from '../json.js';

/** The field that holds the text of a custom tool's call: Anthropic's tools take objects only. */
export const CUSTOM_INPUT = 'input';

/**
 * A call's arguments as the object that Anthropic wants. Arguments that are none, such as those of an answer that was cut,
 * stand in a field of their own, word for word.
 */
export function toolInput({ arguments: text, custom }: ToolCallPart): JsonObject {
  if (custom) return { [CUSTOM_INPUT]: text };
  if (text.trim() === '') return {};
  const value = parseJson(text);
  return isObject(value) ? value : { arguments: text };
}
