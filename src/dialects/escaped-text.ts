import type { WrittenText } from './reply-facts.js';

/** A regular expression's stack has a bound: the JSON of longer events is parsed, not searched. */
export const MAX_SEARCHED_CHARACTERS = 65_536;

/** Enough to count tokens from; an endless stream must not fill the memory. */
const MAX_KEPT_CHARACTERS = 1_000_000;

/**
 * Keeps what a model writes as it stands in a stream's JSON: contents of strings, still escaped and in latin1. Decoding
 * waits until somebody needs the text.
 */
export class EscapedText {
  private escaped = '';
  private escapedLength = 0;

  /** Whether nothing has been written yet. */
  get isEmpty(): boolean {
    return this.escapedLength === 0;
  }

  /** @param escaped what stands between the quotes of a JSON string, in latin1 */
  keep(escaped: string): void {
    this.escapedLength += escaped.length;
    if (this.escaped.length < MAX_KEPT_CHARACTERS) this.escaped += escaped;
  }

  /** Keeps a text that has been decoded already. */
  keepText(text: string): void {
    this.keep(Buffer.from(JSON.stringify(text).slice(1, -1)).toString('latin1'));
  }

  written(): WrittenText {
    const text = this.decode();
    const isWhole = this.escapedLength === this.escaped.length;
    return { text, length: isWhole ? text.length : text.length * (this.escapedLength / this.escaped.length) };
  }

  private decode(): string {
    const text = Buffer.from(this.escaped, 'latin1').toString();
    try {
      return String(JSON.parse(`"${text}"`));
    } catch {
      // Not every event is parsed, so a vendor's broken escape is found here first.
      return text;
    }
  }
}
