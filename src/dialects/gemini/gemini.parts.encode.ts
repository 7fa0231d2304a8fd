import type { JsonObject, ToolCallPart } from '../conversation.js';
import { compact } from '../fields.js';
import { parseObject } from './gemini.tool-result.js';

/** Parts as both a request and an answer write them. A signature is text of the field `thoughtSignature`. */

export function encodeText(text: string, signature?: string): JsonObject {
  return compact({ text, thoughtSignature: signature });
}

export function encodeThought(text: string, signature?: string): JsonObject {
  return compact({ text, thought: true, thoughtSignature: signature });
}

export function encodeCall(call: Omit<ToolCallPart, 'type' | 'signature'>, signature?: string): JsonObject {
  const functionCall = compact({ id: call.id, name: call.name, args: argumentsOf(call.arguments) });
  return compact({ functionCall, thoughtSignature: signature });
}

/** Arguments are an object here; free text, or JSON that a model did not get right, becomes the only one. */
function argumentsOf(text: string): JsonObject | undefined {
  if (text === '') return undefined;
  return parseObject(text) ?? { input: text };
}
