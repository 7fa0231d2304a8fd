import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefixLengths } from './prefix-lengths.js';

function longest(text: string): number {
  for (let length = text.length - 1; length > 0; length--) if (text.endsWith(text.slice(0, length))) return length;
  return 0;
}

describe('prefixLengths', () => {
  it('finds the longest beginning that is also the end, of every beginning of a text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab]{0,30}$/), (text) => {
        expect([...prefixLengths(text)]).toEqual(Array.from(text, (_, at) => longest(text.slice(0, at + 1))));
      }),
    );
  });
});
