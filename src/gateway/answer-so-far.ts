import type { StreamEvent } from '../dialects/reply.js';

/** Longer answers are not continued: the vendor would be sent all of it. */
const MAX_CHARACTERS = 1_000_000;

/** What of a stream its client has been given, as far as another vendor needs it to go on. */
export class AnswerSoFar {
  text = '';
  /** The first number that no part has. */
  nextPart = 0;
  /** The part that text can be added to. */
  openText: number | undefined;
  private hasOtherParts = false;

  /** Whether there is nothing in it that would have to go on from its middle, such as a tool call. */
  get canGoOn(): boolean {
    return !this.hasOtherParts && this.text.length <= MAX_CHARACTERS;
  }

  /** @param event as the client's encoder was given it */
  note(event: StreamEvent): void {
    if (!('part' in event)) return;
    this.nextPart = Math.max(this.nextPart, event.part + 1);
    switch (event.type) {
      case 'text':
        this.openText = event.part;
        if (this.text.length <= MAX_CHARACTERS) this.text += event.text;
        break;
      case 'part-end':
        if (event.part === this.openText) this.openText = undefined;
        break;
      case 'reasoning':
      case 'signature':
      case 'citation':
        break;
      case 'refusal':
      case 'tool-call':
      case 'arguments':
      case 'media':
      case 'native':
        this.hasOtherParts = true;
    }
  }
}
