import type { AssistantPart } from '../conversation.js';
import type { StreamEvent } from '../reply.js';

/** What the model itself wrote in a part, in pieces: reasoning, text, names and arguments of functions. */
export function writtenInPart(part: AssistantPart): readonly string[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return [part.text];
    case 'tool-call':
      return [part.name, part.arguments];
    case 'media':
    case 'native':
      return [];
  }
}

/** The same of an event of a stream. */
export function writtenInEvent(event: StreamEvent): string {
  if (event.type === 'tool-call') return event.name;
  return event.type === 'text' || event.type === 'reasoning' || event.type === 'arguments' ? event.text : '';
}
