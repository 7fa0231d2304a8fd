import { describe, expect, it } from 'vitest';
import { Fields, asCount, compact } from './fields.js';

describe('Fields', () => {
  it('reports what nobody read and what says something', () => {
    const unknown = new Set<string>();
    const fields = new Fields({ a: 1, b: 2, c: 3, d: null, e: '', f: [] }, 'part', unknown);
    expect(fields.get('a')).toBe(1);
    fields.ignore('b').end();
    expect([...unknown]).toEqual(['part.c']);
  });

  it('takes anything that is no object for an empty one', () => {
    for (const value of [undefined, null, 1, 'text', [1]]) {
      const fields = new Fields(value, 'x', new Set());
      expect(fields.get('length')).toBeUndefined();
      expect(fields.rest()).toEqual([]);
    }
  });
});

describe('asCount', () => {
  it.each([-1, 1.5, Number.NaN, 2 ** 53, '1', null])('does not take %j for a count', (value) => {
    expect(asCount(value)).toBeUndefined();
  });
});

describe('compact', () => {
  it('leaves out what is undefined and keeps what is null', () => {
    expect(compact({ a: undefined, b: null, c: 0 })).toEqual({ b: null, c: 0 });
  });
});
