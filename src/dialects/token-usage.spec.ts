import { describe, expect, it } from 'vitest';
import { partition } from './token-usage.js';

describe('partition', () => {
  it.each([
    [10, [3, undefined, 2], [5, 3, undefined, 2]],
    [5, [50, 3], [0, 5, 0]],
    [undefined, [undefined, 7], [0, undefined, 7]],
    [0, [], [0]],
  ])('of %j into %j adds up to the whole: %j', (total, parts, expected) => {
    expect(partition(total, ...parts)).toEqual(expected);
  });
});
