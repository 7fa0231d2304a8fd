import type { Losses } from '../dialects/losses.js';
import type { PartEvent, StreamEvent } from '../dialects/reply.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { AnswerSoFar } from './answer-so-far.js';
import { OtherAnswerError, OverlapTrimmer } from './overlap-trimmer.js';

/**
 * Makes the events of another vendor's answer go on where the first one broke off: its text is added to the text that is
 * open, without what the client has already, and its parts are numbered from there.
 */
export class Continuation {
  private readonly trimmer: OverlapTrimmer;
  private readonly hasText: boolean;
  private readonly parts = new Map<number, number>();
  private readonly texts = new Set<number>();
  private openText: number | undefined;
  private nextPart: number;
  private textPart: number | undefined;

  constructor(
    before: AnswerSoFar,
    private readonly losses: Losses,
  ) {
    this.trimmer = new OverlapTrimmer(before.text);
    this.hasText = before.text.trim() !== '';
    this.openText = before.openText;
    this.nextPart = before.nextPart;
  }

  /** @throws UpstreamError `unusable` when it turns out to be another answer, of which nothing has gone out yet */
  push(event: StreamEvent): readonly StreamEvent[] {
    try {
      return this.pushed(event);
    } catch (cause) {
      if (!(cause instanceof OtherAnswerError)) throw cause;
      throw new UpstreamError({ reason: 'unusable' }, cause.message, { cause });
    }
  }

  private pushed(event: StreamEvent): readonly StreamEvent[] {
    if ('part' in event) return event.choice === 0 ? this.part(event) : [];
    if (event.type === 'finish') return [...this.rest(), event];
    // The answer has begun long ago, and its usage is that of all calls together.
    return [];
  }

  private part(event: PartEvent): readonly StreamEvent[] {
    switch (event.type) {
      case 'text': {
        this.texts.add(event.part);
        this.textPart = event.part;
        const text = this.trimmer.push(event.text);
        if (text === '') return [];
        return [text === event.text ? this.moved(event) : this.text(text, event.part)];
      }
      case 'reasoning':
        return this.hasText ? [] : [this.moved(event)];
      case 'signature':
        // It is of reasoning that the client does not see, or of a text of which this vendor wrote the end alone.
        if (this.hasText && !this.parts.has(event.part)) return [];
        return this.hasText && this.texts.has(event.part) ? [] : [this.moved(event)];
      case 'citation':
        if (!this.hasText) return [this.moved(event)];
        this.losses.add('citations');
        return [];
      case 'part-end':
        // The text of which nothing was new goes on in the next one, which may be repeating too.
        return this.parts.has(event.part) ? [this.moved(event)] : [];
      case 'refusal':
      case 'tool-call':
      case 'arguments':
      case 'media':
      case 'native':
        return [...this.rest(), this.moved(event)];
    }
  }

  /** What was held back, once it is certain that no more of the text comes. */
  private rest(): readonly StreamEvent[] {
    const text = this.trimmer.end();
    return text === '' ? [] : [this.text(text, this.textPart ?? 0)];
  }

  private text(text: string, part: number): StreamEvent {
    return this.moved({ type: 'text', choice: 0, part, text });
  }

  private moved<Event extends PartEvent>(event: Event): Event {
    return { ...event, part: this.placeOf(event.part) };
  }

  private placeOf(part: number): number {
    const known = this.parts.get(part);
    if (known !== undefined) return known;
    const place = this.texts.has(part) && this.openText !== undefined ? this.openText : this.nextPart++;
    this.openText = undefined;
    this.parts.set(part, place);
    return place;
  }
}
