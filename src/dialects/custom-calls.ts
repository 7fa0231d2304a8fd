import { InputReader } from './custom-tools.js';
import type { StreamEvent } from './reply.js';

/**
 * Turns the calls of functions that stand for tools of free text back into calls of free text, as their pieces come. It
 * is given events in order (see `Sequencer`).
 */
export class CustomCalls {
  /** Of the call that is being written in each answer. */
  private readonly readers = new Map<number, InputReader>();

  constructor(private readonly customNames: ReadonlySet<string>) {}

  push(event: StreamEvent): readonly StreamEvent[] {
    if (event.type === 'tool-call' && this.customNames.has(event.name)) {
      this.readers.set(event.choice, new InputReader());
      return [{ ...event, custom: true }];
    }
    if (event.type !== 'arguments' && event.type !== 'part-end') return [event];
    const reader = this.readers.get(event.choice);
    if (!reader) return [event];
    if (event.type === 'arguments') return textOf({ ...event, text: reader.push(event.text) });
    this.readers.delete(event.choice);
    return [...textOf({ ...event, type: 'arguments', text: reader.end() }), event];
  }
}

function textOf(event: Extract<StreamEvent, { type: 'arguments' }>): readonly StreamEvent[] {
  return event.text === '' ? [] : [event];
}
