import { UpstreamError } from '../errors/upstream-error.js';
import { JsonProgress } from './json-progress.js';
import type { PartEvent, StreamEvent } from './reply.js';

/** Events that wait for an earlier part to end; a vendor that never ends one must not fill the memory. */
const MAX_WAITING = 100_000;

/**
 * Puts a stream's events in an order that every client can follow: in each answer one part after the other, each ended
 * by a `part-end` before the next begins. A vendor that writes two tool calls at once has the second one wait until the
 * first is whole; all others pass as they come.
 */
export class Sequencer {
  private readonly answers = new Map<number, Answer>();

  /** @param late is told of an event whose part has ended: a citation or a signature that came after its text */
  constructor(private readonly late: (event: PartEvent) => void = () => {}) {}

  /**
   * @returns the events that may go out now
   * @throws UpstreamError `invalid_reply` when too many have to wait
   */
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
    const answer = new Answer(choice, this.late);
    this.answers.set(choice, answer);
    return answer;
  }
}

class Answer {
  private open: number | undefined;
  private readonly ended = new Set<number>();
  /** How far the open part's arguments are, where it is a tool call. */
  private progress: JsonProgress | undefined;
  /** By part, in the order in which the parts began. */
  private readonly waiting = new Map<number, PartEvent[]>();
  private waitingCount = 0;

  constructor(
    private readonly choice: number,
    private readonly late: (event: PartEvent) => void,
  ) {}

  push(event: PartEvent): readonly StreamEvent[] {
    if (this.ended.has(event.part)) {
      if (event.type !== 'part-end') this.late(event);
      return [];
    }
    if (this.open === undefined || event.part === this.open) {
      const passed = this.pass(event);
      return event.type === 'part-end' ? [passed, ...this.resume()] : [passed];
    }
    this.wait(event);
    return this.mayEnd ? [...this.close(), ...this.resume()] : [];
  }

  finish(): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    while (this.open !== undefined || this.waiting.size > 0) {
      for (const event of this.close()) events.push(event);
      for (const event of this.resume()) events.push(event);
    }
    return events;
  }

  /** A tool call whose arguments are no whole JSON yet is still being written. */
  private get mayEnd(): boolean {
    return this.progress?.isWhole ?? true;
  }

  private wait(event: PartEvent): void {
    if (++this.waitingCount > MAX_WAITING) {
      throw new UpstreamError({ reason: 'invalid_reply' }, 'the provider wrote too much of one part amid another');
    }
    const events = this.waiting.get(event.part);
    if (events) events.push(event);
    else this.waiting.set(event.part, [event]);
  }

  /** Lets those who waited go on, part by part, until one of them is still being written. */
  private resume(): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const [part, held] of this.waiting) {
      this.waiting.delete(part);
      this.waitingCount -= held.length;
      for (const event of held) events.push(this.pass(event));
      if (this.open === undefined) continue;
      if (this.waiting.size === 0 || !this.mayEnd) break;
      for (const event of this.close()) events.push(event);
    }
    return events;
  }

  private pass(event: PartEvent): StreamEvent {
    this.open = event.part;
    if (event.type === 'tool-call') this.progress = event.custom ? undefined : new JsonProgress();
    if (event.type === 'arguments') this.progress?.push(event.text);
    if (event.type === 'part-end') this.forget(event.part);
    return event;
  }

  private close(): readonly StreamEvent[] {
    if (this.open === undefined) return [];
    const part = this.open;
    this.forget(part);
    return [{ type: 'part-end', choice: this.choice, part }];
  }

  private forget(part: number): void {
    this.ended.add(part);
    this.open = undefined;
    this.progress = undefined;
  }
}
