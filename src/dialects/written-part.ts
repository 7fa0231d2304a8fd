import type { AssistantPart } from './conversation.js';

/** What the model itself wrote in a part, in pieces: reasoning, text, names and arguments of tools. */
export function writtenInPart(part: AssistantPart): readonly string[] {
  if (part.type === 'tool-call') return [part.name, part.arguments];
  return part.type === 'media' || part.type === 'native' ? [] : [part.text];
}
