import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OtherAnswerError, OverlapTrimmer } from './overlap-trimmer.js';

const SENT = 'The quick brown fox jumps over';
const WHOLE = 'The quick brown fox jumps over the lazy dog, and nobody minds.';
const LONG = Array.from({ length: 40_000 }, (_, at) => `line ${at}`).join('\n');

/** Of letters that all differ: no word repeats itself. */
const word = fc
  .shuffledSubarray(Array.from('abcdefghij'), { minLength: 3, maxLength: 9 })
  .map((letters) => letters.join(''));
const pieceSize = fc.integer({ min: 1, max: 40 });

/** What a client ends up with. */
function joined(sent: string, pieces: readonly string[]): string {
  const trimmer = new OverlapTrimmer(sent);
  return sent + pieces.map((piece) => trimmer.push(piece)).join('') + trimmer.end();
}

function madeOf(sent: string, pieces: readonly string[]): string {
  try {
    return joined(sent, pieces);
  } catch (error) {
    return error instanceof OtherAnswerError ? 'another answer' : String(error);
  }
}

function cut(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
}

describe.each([1, 2, 3, 7, 1_000])('OverlapTrimmer, given %i characters at a time', (size) => {
  it.each([
    ['goes on exactly where it ended', SENT, ' the lazy dog, and nobody minds.'],
    ['begins again from the beginning', SENT, WHOLE],
    ['repeats the last words', SENT, 'jumps over the lazy dog, and nobody minds.'],
    ['repeats the last words after a space', SENT, ' fox jumps over the lazy dog, and nobody minds.'],
    ['repeats the last word', SENT, 'over the lazy dog, and nobody minds.'],
    ['finishes the word that was cut', 'The quick bro', 'wn fox jumps over the lazy dog, and nobody minds.'],
    ['repeats the word that was cut', 'The quick bro', 'brown fox jumps over the lazy dog, and nobody minds.'],
    ['repeats a space', `${SENT} `, ' the lazy dog, and nobody minds.'],
    ['does not repeat a space', `${SENT} `, 'the lazy dog, and nobody minds.'],
    ['repeats the last word after a text that ends in a space', `${SENT} `, 'over the lazy dog, and nobody minds.'],
    ['begins again after a text that ends in a space', `${SENT} `, WHOLE],
    ['begins with what nobody has yet', '', WHOLE],
  ])('makes one text where the model %s', (_, sent, written) => {
    expect(joined(sent, cut(written, size))).toBe(WHOLE);
  });

  it.each([
    ['1, 2, 3, 4, 5', '4, 5, 6', '1, 2, 3, 4, 5, 6'],
    ['1, 2, 3, 4, 5', ', 6', '1, 2, 3, 4, 5, 6'],
    ['- one\n', '\n- two', '- one\n- two'],
    ['def f():\n    ', '    return 1', 'def f():\n    return 1'],
    ['def f():\n    ', '\n    return 1', 'def f():\n    return 1'],
    ['# A\n', '\n\ntext', '# A\n\ntext'],
    ['He said that', ' He said that man was right', 'He said that man was right'],
    ['[0.5, 1.5, 2.5,', '1.5, 2.5, 3.5]', '[0.5, 1.5, 2.5, 3.5]'],
    ['INSERT INTO t (1);\nINSERT INTO t (2', 'INSERT INTO t (2);', 'INSERT INTO t (1);\nINSERT INTO t (2);'],
    ['会议定于明天上午十点在三楼', '明天上午十点在三楼会议室', '会议定于明天上午十点在三楼会议室'],
  ])('joins %j and %j to %j', (sent, written, whole) => {
    expect(joined(sent, cut(written, size))).toBe(whole);
  });

  it.each([
    ['the word hel', 'lo there'],
    ['banan', 'a split'],
    ['Open src/components/Button', '/Button.tsx and edit it.'],
    ['https://github.com/googleapis', '/googleapis/blob/master'],
    ['x.y.foo', '.foo()'],
    ["as the vendor's i", 's into the request'],
    ["import a from './json.js';", "\nimport type { B } from '../re.js';"],
    ['It costs 10', '0 dollars'],
    ['0, 0, 0', ', 0, 1'],
    ['The cat sat. ', 'The dog stood.'],
    ['He said', ': said who?'],
    ['[0.0, 0.0, 0.0, 0.0,', ' 0.0, 0.0, 0.0, 1.0]'],
    ['[0.125, 0.125', ', 0.125, 0.25]'],
    ['[100.125,', ' 100.125, 7]'],
    ['|---|---|---|', '---|---|'],
    ['1000000000', '00000000'],
    ['assert x == 1;\nassert x == 1;\n', 'assert x == 1;\nassert x == 2;\n'],
    ['assert x == 1;\nassert x == 1;\n', 'assert x == 1;'],
    ['step();\ncheck();\nstep();\ncheck();\n', 'step();\ncheck();\ndone();'],
    ['which he had', ' had had no effect'],
    ['He said that', ' that man was right'],
    ['no, no, no', 'no, no, no, no!'],
    ['1', '1'],
    ['[', '[1,2],[3]'],
    ['It was not ', 'nothing at all'],
    ['count = 1\n', 'count = 10\n'],
    ['INSERT INTO users VALUES (1);\n', 'INSERT INTO users VALUES (4);'],
    ['INSERT INTO users VALUES (1);\nINSERT INTO users VALUES (2);', '\nINSERT INTO users VALUES (3);'],
    ['* item number 1\n* item number 2\n', '* item number 3'],
    ['* an item number 1\n* an item number 2\n', '* an item number 3\n'],
    ['The first line.\nAnd another one.\n', 'The first'],
  ])('takes nothing from a continuation that only looks like a repetition: %j, %j', (sent, written) => {
    expect(joined(sent, cut(written, size))).toBe(sent + written);
  });

  it.each([
    [SENT, 'The quick brown fox sleeps.'],
    ['Hello wor', 'Hello there, friend.'],
    [SENT, 'The quick brown'],
  ])('refuses another answer to the same question: %j, %j', (sent, written) => {
    expect(() => joined(sent, cut(written, size))).toThrow(OtherAnswerError);
  });
});

describe('OverlapTrimmer', () => {
  it('gives text on at once when it cannot be a repetition', () => {
    const trimmer = new OverlapTrimmer(SENT);
    expect(trimmer.push(' the')).toBe(' the');
    expect(trimmer.push(' The quick')).toBe(' The quick');
  });

  it('makes the same text however a whole repetition is cut, wherever the first answer broke off', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 6, maxLength: 30, selector: (letters) => letters.slice(0, 3) }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        pieceSize,
        (words, at, characters) => {
          const whole = words.join(' ');
          const sent = whole.slice(0, Math.floor(3 + at * (whole.length - 3)));
          expect(joined(sent, cut(whole, characters))).toBe(whole);
        },
      ),
    );
  });

  it('takes nothing away where the first word of a continuation is a new one', () => {
    const sentence = fc.array(fc.stringMatching(/^[a-c]{3,5}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sentence, sentence, pieceSize, (before, after, characters) => {
        const sent = before.join(' ');
        const [first = ''] = after;
        // A new word with the first letters of the answer would be another answer.
        fc.pre(!sent.includes(first) && sent.slice(0, 4) !== first.slice(0, 4));
        const continuation = ` ${after.join(' ')}`;
        expect(joined(sent, cut(continuation, characters))).toBe(sent + continuation);
      }),
    );
  });

  it('judges a continuation in the same way however it is cut', () => {
    const text = fc.stringMatching(/^[ab1,. \n]{0,24}$/);
    fc.assert(
      fc.property(text, text, pieceSize, (sent, more, characters) => {
        for (const continuation of [more, sent + more, sent.slice(sent.length / 2) + more]) {
          expect(madeOf(sent, cut(continuation, characters))).toBe(madeOf(sent, [continuation]));
        }
      }),
    );
  });

  it.each([
    ['a long answer again', LONG, cut(LONG, 5), LONG],
    ['a long answer again, and more', LONG, cut(`${LONG}, and so on`, 5), `${LONG}, and so on`],
    ['a long answer of two words', 'a b '.repeat(100_000), cut('and so it ends', 1), undefined],
    ['one letter again and again', 'a'.repeat(10_000), cut('a'.repeat(10_000), 1), undefined],
    ['one letter again and again, for long', 'a'.repeat(400_000), cut('a'.repeat(400_000), 5), undefined],
    ['space that does not end', LONG, cut(' '.repeat(10_000), 1), undefined],
    ['a long answer that ends in another way', LONG, cut(`${LONG.slice(0, -9)}\n${LONG}`, 5), 'another answer'],
  ])('reads %s in little time', (_, sent, pieces, whole = sent + pieces.join('')) => {
    const start = performance.now();
    const made = madeOf(sent, pieces);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(made === whole).toBe(true);
  });
});
