import type { StreamEvent, PartEvent } from './reply.js';

/** Events that wait for an earlier part to end; a vendor that never ends one must not fill the memory. */
const MAX_WAITING = 100_000;

/**
 * Puts a stream's events in an order that every client can follow: in each answer one part after the other, each ended
 * by a `part-end` before the next begins. A vendor that writes two tool calls at once has the second one wait until the
 * first is whole; all others pass as they come.
 */
export class Sequencer {
  private readonly answers = new Map<number, Answer>();

  /** @returns the events that may go out now */
  push(event: StreamEvent): readonly StreamEvent[] {
    if (event.type === 'finish') return [...this.answer(event.choice).finish(), event];
    if (!('part' in event)) return [event];
    return this.answer(event.choice).push(event);
  }

  /** @returns the ends of parts that the stream left open */
  end(): readonly StreamEvent[] {
    return [...this.answers.values()].flatMap((answer) => answer.finish());
  }

  private answer(choice: number): Answer {
    const known = this.answers.get(choice);
    if (known) return known;
    const answer = new Answer(choice);
    this.answers.set(choice, answer);
    return answer;
  }
}

class Answer {
  private open: number | undefined;
  private readonly ended = new Set<number>();
  /** Arguments of the open part so far, where it is a tool call. */
  private argumentsText: string | undefined;
  private waiting: PartEvent[] = [];

  constructor(private readonly choice: number) {}

  push(event: PartEvent): StreamEvent[] {
    if (this.ended.has(event.part)) return [];
    if (this.open === undefined || event.part === this.open) return this.pass(event);
    if (this.mayEnd()) return [...this.close(), ...this.resume(event)];
    if (this.waiting.length < MAX_WAITING) this.waiting.push(event);
    return [];
  }

  finish(): StreamEvent[] {
    const events: StreamEvent[] = [];
    while (this.open !== undefined || this.waiting.length > 0) events.push(...this.close(), ...this.resume());
    return events;
  }

  /** A tool call whose arguments are no whole JSON yet is still being written. */
  private mayEnd(): boolean {
    if (this.argumentsText === undefined) return true;
    try {
      JSON.parse(this.argumentsText);
      return true;
    } catch {
      return false;
    }
  }

  private pass(event: PartEvent): StreamEvent[] {
    this.open = event.part;
    if (event.type === 'tool-call') this.argumentsText = event.custom ? undefined : '';
    if (event.type === 'arguments' && this.argumentsText !== undefined) this.argumentsText += event.text;
    return event.type === 'part-end' ? [...this.close(), ...this.resume()] : [event];
  }

  /** Those who waited come first, in the order in which they came. */
  private resume(...next: readonly PartEvent[]): StreamEvent[] {
    const events = [...this.waiting, ...next];
    this.waiting = [];
    return events.flatMap((event) => this.push(event));
  }

  private close(): StreamEvent[] {
    if (this.open === undefined) return [];
    const part = this.open;
    this.ended.add(part);
    this.open = undefined;
    this.argumentsText = undefined;
    return [{ type: 'part-end', choice: this.choice, part }];
  }
}
