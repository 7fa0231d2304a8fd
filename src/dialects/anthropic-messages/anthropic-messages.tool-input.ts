import type { JsonObject, ToolCallPart } from '../conversation.js';
import { isObject } from '../fields.js';

/** The field that holds the text of a custom tool's call: Anthropic's tools take objects only. */
export const CUSTOM_INPUT = 'input';

/**
 * A call's arguments as the object that Anthropic wants. Arguments that are none, such as those of an answer that was cut,
 * stand in a field of their own, word for word.
 */
export function toolInput({ arguments: text, custom }: ToolCallPart): JsonObject {
  if (custom) return { [CUSTOM_INPUT]: text };
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below in the model's own words.
  }
  return { arguments: text };
}
