import { prefixLengths } from './prefix-lengths.js';

/** A text that begins like the whole answer for so long, and then goes another way, is another answer. */
const SAME_BEGINNING_CHARACTERS = 16;
/** Fewer are the same by chance: two sentences begin with the same word. */
const LEAST_BEGINNING_CHARACTERS = 4;
/** So many characters do not repeat by chance. */
const SURE_CHARACTERS = 8;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;
/** A number such as 0.5 is one word. */
const TWO_WORDS = /[\p{L}\p{N}_](?![.'’][\p{L}\p{N}_])[^\p{L}\p{N}_]+[\p{L}\p{N}_]/u;
/** Or a sign of a language that has no spaces. */
const BEFORE_WORD = /\s|[^\p{ASCII}]/u;
const THREE_LETTERS = /\p{L}{3}/u;

/** Where a continuation meets what was sent. */
export interface Joint {
  /** Without the space at its end. */
  readonly sent: string;
  readonly sentSpace: string;
  readonly saidSpace: string;
  /** As much of the continuation as is known, without the space at its beginning. */
  readonly said: string;
}

/**
 * @param places from where on all that was sent stands at the beginning of the continuation, in any order
 * @param isAll whether nothing more of the continuation comes
 * @returns how much of `said` was sent before, 0 where the model goes on or may well do so; `undefined` for another answer
 */
export function repeatedLength(places: readonly number[], joint: Joint, isAll: boolean): number | undefined {
  const longest = places.toSorted((a, b) => a - b).find((at) => isLikely(at, joint));
  if (longest === undefined) return isOtherAnswer(joint, isAll) ? undefined : 0;
  return isOneOfMany(longest, joint.sent) ? 0 : joint.sent.length - longest;
}

function isLikely(at: number, { sent, sentSpace, saidSpace, said }: Joint): boolean {
  const repeated = sent.slice(at);
  if (sentSpace !== '' && isInsideWord(said, repeated.length)) return false;
  // A model that repeats its last words begins at one: not in a path, or a name with dots in it.
  if (at > 0 && !BEFORE_WORD.test(sent[at - 1] ?? '')) return false;
  const isLong = repeated.length >= SURE_CHARACTERS;
  // A model that begins with the space that is due knows where it is.
  if (saidSpace !== '' && sentSpace === '') return isLong && TWO_WORDS.test(repeated);
  if (isLong) return true;
  if (at === 0) return THREE_LETTERS.test(repeated);
  return !isInsideWord(sent, at) && (THREE_LETTERS.test(repeated) || TWO_WORDS.test(repeated));
}

/** Whether the same came before, once and again: then it may as well come once more. */
function isOneOfMany(at: number, sent: string): boolean {
  const repeated = sent.slice(at);
  const period = repeated.length - (prefixLengths(repeated).at(-1) ?? 0);
  const unit = repeated.slice(0, period);
  const end = lastWordEnd(unit);
  if (end === 0 || repeated.length >= period + end) return true;
  const before = sent.slice(0, at);
  return before.slice(0, lastWordEnd(before)).endsWith(unit.slice(unit.search(WORD_CHARACTER), end));
}

/** 0 in a text without words. */
function lastWordEnd(text: string): number {
  let end = text.length;
  while (end > 0 && !WORD_CHARACTER.test(text[end - 1] ?? '')) end--;
  return end;
}

function isInsideWord(text: string, at: number): boolean {
  return WORD_CHARACTER.test(text[at - 1] ?? '') && WORD_CHARACTER.test(text[at] ?? '');
}

function isOtherAnswer({ sent, sentSpace, saidSpace, said }: Joint, isAll: boolean): boolean {
  const whole = sent + sentSpace;
  const common = commonLength(whole, said);
  if (common >= sent.length) return false;
  const stopsShort = isAll && common === said.length && common >= LEAST_BEGINNING_CHARACTERS;
  const enough = Math.max(LEAST_BEGINNING_CHARACTERS, Math.min(SAME_BEGINNING_CHARACTERS, sent.length / 2));
  if (!stopsShort && common < enough) return false;
  // Lines often begin alike: those of a list, of a program, of a table.
  const isNextLine = (sentSpace + saidSpace).includes('\n') && !said.slice(0, common).includes('\n');
  return !isNextLine && !prefixLengths(whole).some((length) => length >= common);
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
