import type { StreamEvent } from '../reply.js';

/** What the model itself wrote in an event of a stream: reasoning, text, names and arguments of functions. */
export function writtenInEvent(event: StreamEvent): string {
  if (event.type === 'tool-call') return event.name;
  return event.type === 'text' || event.type === 'reasoning' || event.type === 'arguments' ? event.text : '';
}
