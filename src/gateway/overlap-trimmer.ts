import { type Joint, repeatedLength } from './repetition.js';

/** How far back a model is searched for that repeats the last words. */
const TAIL_CHARACTERS = 1_000;

/** The continuation is another answer: it begins like the first one and then differs. */
export class OtherAnswerError extends Error {}

/**
 * Takes from the beginning of a continuation what the client has already: the whole answer again, or its last words
 * again. It holds text back for as long as it may still turn out to be a repetition: no more than was sent, and the space
 * before it.
 */
export class OverlapTrimmer {
  private isDecided: boolean;
  /** Without the space at its end, which a vendor is not shown. */
  private readonly sent: string;
  private space: string;
  private held: string[] = [];
  /** How much is held, without the space at its beginning. */
  private saidLength = 0;
  /** Places in `sent` from which it is being repeated so far, and there is more to come. */
  private open: readonly number[];
  /** Places from which it was repeated to its end. */
  private complete: number[] = [];

  /** @param sent what the client has */
  constructor(sent: string) {
    this.sent = sent.trimEnd();
    this.space = sent.slice(this.sent.length);
    this.isDecided = this.sent === '';
    const from = Math.max(1, this.sent.length - TAIL_CHARACTERS);
    this.open = [0, ...Array.from({ length: Math.max(0, this.sent.length - from) }, (_, at) => from + at)];
  }

  /**
   * @returns what of the text is new, as far as that is certain
   * @throws OtherAnswerError
   */
  push(text: string): string {
    if (this.isDecided) return this.joined(text);
    this.held.push(text);
    const said = this.saidLength === 0 ? text.trimStart() : text;
    if (said === '') return '';
    this.compare(said);
    return this.open.length > 0 ? '' : this.decide(false);
  }

  /**
   * Nothing more will come.
   * @throws OtherAnswerError
   */
  end(): string {
    return this.isDecided ? '' : this.decide(true);
  }

  private compare(said: string): void {
    const open: number[] = [];
    const saidLength = this.saidLength + said.length;
    for (const at of this.open) {
      if (!this.goesOnFrom(at + this.saidLength, said)) continue;
      // Whether the last word is the same one shows in what follows it.
      const isComplete = saidLength - (this.sent.length - at) >= (this.space === '' ? 0 : 1);
      (isComplete ? this.complete : open).push(at);
    }
    this.open = open;
    this.saidLength = saidLength;
  }

  /** Whether all of the text, or all that was sent from there on, is the same. */
  private goesOnFrom(at: number, said: string): boolean {
    if (at + said.length <= this.sent.length) return this.sent.startsWith(said, at);
    return said.startsWith(this.sent.slice(at));
  }

  private decide(isAll: boolean): string {
    const held = this.held.join('');
    const said = held.trimStart();
    const joint: Joint = {
      sent: this.sent,
      sentSpace: this.space,
      saidSpace: held.slice(0, held.length - said.length),
      said,
    };
    const places = [...this.complete, ...this.open].filter((at) => this.sent.length - at <= said.length);
    this.isDecided = true;
    [this.held, this.open, this.complete] = [[], [], []];
    const repeated = repeatedLength(places, joint, isAll);
    if (repeated === undefined) throw new OtherAnswerError('the continuation is another answer');
    return this.joined(repeated === 0 ? held : said.slice(repeated));
  }

  /** A model that was not shown the space at the end writes it again. */
  private joined(text: string): string {
    if (this.space === '' || text === '') return text;
    // What is written again may be the line's indentation alone.
    if (!text.startsWith('\n')) this.space = this.space.slice(this.space.lastIndexOf('\n') + 1);
    let repeated = 0;
    while (repeated < text.length && text[repeated] === this.space[repeated]) repeated++;
    this.space = repeated === text.length ? this.space.slice(repeated) : '';
    return text.slice(repeated);
  }
}
