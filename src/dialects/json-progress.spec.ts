import { describe, expect, it } from 'vitest';
import { JsonProgress } from './json-progress.js';

function wholeAfter(json: string): number {
  const progress = new JsonProgress();
  for (const [index, sign] of Array.from(json).entries()) {
    progress.push(sign);
    if (progress.isWhole) return index + 1;
  }
  return -1;
}

describe('JsonProgress', () => {
  it.each(['{}', '{"a":"}"}', '{"a":"\\"}"}', '{"a":{"b":[1,{"c":"\\\\"}]}}', '[{},[]]', ' {"é":"😀"}', '"text"'])(
    'knows that %s is whole with its last sign and not before',
    (json) => {
      expect(wholeAfter(json)).toBe(Array.from(json).length);
    },
  );

  it.each(['', ' ', '{', '{"a":"}', '{"a":"\\"', '[1,2'])('knows that %j is not', (json) => {
    expect(wholeAfter(json)).toBe(-1);
  });
});
