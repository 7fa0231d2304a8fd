import { append } from './append.js';
import type { Message, TextPart } from './conversation.js';

/** Divides a conversation into the instructions that it begins with and what comes after them. */
export function splitInstructions(messages: readonly Message[]): {
  readonly instructions: readonly TextPart[];
  readonly rest: readonly Message[];
} {
  const instructions: TextPart[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'system' && message.role !== 'developer') return { instructions, rest: messages.slice(index) };
    append(instructions, message.parts);
  }
  return { instructions, rest: [] };
}
