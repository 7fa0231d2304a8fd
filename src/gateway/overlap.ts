/** How far back a model is searched for that repeats the last words. */
const TAIL_CHARACTERS = 2_000;
/** A text that begins like the whole answer for so long, and then goes another way, is another answer. */
const SAME_BEGINNING_CHARACTERS = 16;
/** So many characters do not repeat by chance. */
const SURE_CHARACTERS = 8;
/** Fewer are the same by chance: two sentences begin with the same word. */
const LEAST_BEGINNING_CHARACTERS = 4;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;
const WORD = /[\p{L}\p{N}_]+/gu;
const THREE_LETTERS = /\p{L}{3}/u;

/** The continuation is another answer: it begins like the first one and then differs. */
export class OtherAnswerError extends Error {}

/**
 * Takes from the beginning of a continuation what the client has already: the whole answer again, or its last words
 * again. It holds text back for as long as it may still turn out to be a repetition.
 */
export class OverlapTrimmer {
  private held = '';
  private isDecided: boolean;
  /** Without the space at its end, which a vendor is not shown. */
  private readonly sent: string;
  private space: string;
  /** Places in `sent` from which it may be repeating. */
  private places: readonly number[];

  /** @param sent what the client has */
  constructor(sent: string) {
    this.sent = sent.trimEnd();
    this.space = sent.slice(this.sent.length);
    this.isDecided = this.sent === '';
    const from = Math.max(1, this.sent.length - TAIL_CHARACTERS);
    this.places = [0, ...Array.from({ length: Math.max(0, this.sent.length - from) }, (_, at) => from + at)];
  }

  /**
   * @returns what of the text is new, as far as that is certain
   * @throws OtherAnswerError
   */
  push(text: string): string {
    if (this.isDecided) return this.joined(text);
    this.held += text;
    const said = this.held.trimStart();
    if (said === '') return '';
    this.places = this.places.filter((at) => this.mayRepeatFrom(at, said));
    const mayStillRepeat = this.places.some((at) => this.sent.length - at > said.length);
    return mayStillRepeat ? '' : this.decide(said, false);
  }

  /**
   * Nothing more will come.
   * @throws OtherAnswerError
   */
  end(): string {
    if (this.isDecided) return '';
    return this.decide(this.held.trimStart(), true);
  }

  /** Whether all of the text so far, or all that was sent from there on, is the same. */
  private mayRepeatFrom(at: number, said: string): boolean {
    const length = Math.min(said.length, this.sent.length - at);
    return this.sent.startsWith(said.slice(0, length), at);
  }

  private decide(said: string, isAll: boolean): string {
    this.isDecided = true;
    const repeated = this.places.find((at) => this.isRepetition(at, said));
    if (repeated !== undefined) return this.joined(said.slice(this.sent.length - repeated));
    const common = commonLength(this.sent, said);
    const stopsShort = isAll && common === said.length && common >= LEAST_BEGINNING_CHARACTERS;
    if (stopsShort || common >= this.sameBeginning) throw new OtherAnswerError('the continuation is another answer');
    return this.joined(this.held);
  }

  private get sameBeginning(): number {
    return Math.min(SAME_BEGINNING_CHARACTERS, Math.max(LEAST_BEGINNING_CHARACTERS, this.sent.length / 2));
  }

  private isRepetition(at: number, said: string): boolean {
    const repeated = this.sent.slice(at);
    if (said.length < repeated.length) return false;
    if (at === 0) return true;
    if (repeated.length >= SURE_CHARACTERS) return true;
    const isInsideWord = WORD_CHARACTER.test(this.sent[at - 1] ?? '') && WORD_CHARACTER.test(repeated[0] ?? '');
    if (isInsideWord) return false;
    if (THREE_LETTERS.test(repeated)) return true;
    return new Set(repeated.match(WORD)).size > 1;
  }

  /** A model that was not shown the space at the end writes it again. */
  private joined(text: string): string {
    if (this.space === '' || text === '') return text;
    const repeated = commonLength(this.space, text);
    this.space = repeated === text.length ? this.space.slice(repeated) : '';
    return text.slice(repeated);
  }
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
