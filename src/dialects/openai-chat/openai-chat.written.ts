import { isObject, objectsIn } from '../fields.js';

/** The text-bearing fields of a message, or of a delta of one, in the forms that vendors of this dialect use. */
interface TextBearer {
  readonly content?: unknown;
  readonly refusal?: unknown;
  /** DeepSeek's name for reasoning, and Groq's and OpenRouter's. */
  readonly reasoning_content?: unknown;
  readonly reasoning?: unknown;
  readonly tool_calls?: unknown;
  /** The older form of one tool call. */
  readonly function_call?: unknown;
}

/**
 * What the model itself wrote, in pieces: reasoning, text, refusal, tool names and arguments. Citations and other
 * annotations are not the model's words.
 */
export function writtenIn(message: unknown): string[] {
  if (!isObject(message)) return [];
  const { content, refusal, reasoning_content: reasoning, tool_calls: calls }: TextBearer = message;
  return [
    ...textIn(reasoning ?? message['reasoning']),
    ...textIn(content),
    ...textIn(refusal),
    ...calledText(message['function_call']),
    ...objectsIn(calls).flatMap((call) => calledText(call['function'])),
  ];
}

/** A text, or parts such as Mistral's `{ type: 'thinking', thinking: [{ type: 'text', text }] }`. */
function textIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return objectsIn(value).flatMap((part) => [part['thinking'], part['text']].flatMap(textIn));
}

function calledText(called: unknown): string[] {
  return isObject(called) ? [called['name'], called['arguments']].flatMap(textIn) : [];
}
