import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OtherAnswerError, OverlapTrimmer } from './overlap.js';

const SENT = 'The quick brown fox jumps over';
const WHOLE = 'The quick brown fox jumps over the lazy dog, and nobody minds.';

/** What a client ends up with. */
function joined(sent: string, pieces: readonly string[]): string {
  const trimmer = new OverlapTrimmer(sent);
  return sent + pieces.map((piece) => trimmer.push(piece)).join('') + trimmer.end();
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
    ['# A\n', '\n\ntext', '# A\n\ntext'],
    ['会议定于明天上午十点在三楼', '明天上午十点在三楼会议室', '会议定于明天上午十点在三楼会议室'],
  ])('joins %j and %j to %j', (sent, written, whole) => {
    expect(joined(sent, cut(written, size))).toBe(whole);
  });

  it.each([
    ['the word hel', 'lo there'],
    ['banan', 'a split'],
    ['It costs 10', '0 dollars'],
    ['0, 0, 0', ', 0, 1'],
    ['The cat sat. ', 'The dog stood.'],
    ['He said', ': said who?'],
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
    const sentence = fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 6, maxLength: 30 });
    fc.assert(
      fc.property(
        sentence,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 40 }),
        (words, at, size) => {
          const whole = words.join(' ');
          const sent = whole.slice(0, Math.floor(at * whole.length));
          expect(joined(sent, cut(whole, size))).toBe(whole);
        },
      ),
    );
  });

  it('searches a long answer in little time', { timeout: 1_000 }, () => {
    const sent = 'a b '.repeat(100_000);
    expect(joined(sent, cut('and so it ends', 1)).length).toBe(sent.length + 'and so it ends'.length);
  });
});
