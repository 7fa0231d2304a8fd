import type { JsonObject, NativePart } from '../conversation.js';

/** Parts that only Gemini has: what its own tools do. */
export const NATIVE_KINDS = [
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'audioTranscription',
] as const;

/** @param value the whole part, with its signature */
export function nativePart(kind: string, value: JsonObject): NativePart {
  return { type: 'native', dialect: 'gemini', kind, value };
}
