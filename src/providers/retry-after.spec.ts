import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.js';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0);

describe('parseRetryAfter', () => {
  it.each<[form: string, headers: Record<string, string | string[]>, ms: number | undefined]>([
    ['nothing', {}, undefined],
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['seconds with a fraction, as some vendors send them', { 'retry-after': '0.25' }, 250],
    ['zero seconds', { 'retry-after': '0' }, 0],
    ['seconds with space around', { 'retry-after': ' 7 ' }, 7_000],
    ['a date', { 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date in the older form', { 'retry-after': 'Monday, 23-Nov-26 12:00:30 GMT' }, 30_000],
    ['a date that is past', { 'retry-after': 'Mon, 23 Nov 2026 11:59:00 GMT' }, 0],
    ['milliseconds', { 'retry-after-ms': '1500' }, 1_500],
    ['milliseconds with a fraction', { 'retry-after-ms': '12.5' }, 12.5],
    ['milliseconds, before seconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
    ['seconds, where the milliseconds are no number', { 'retry-after-ms': 'soon', 'retry-after': '9' }, 9_000],
    ['no time', { 'retry-after': 'soon' }, undefined],
    ['an empty header', { 'retry-after': '' }, undefined],
    ['two headers', { 'retry-after': ['1', '2'] }, undefined],
  ])('reads %s', (_, headers, ms) => {
    expect(parseRetryAfter(headers, NOW_MS)).toBe(ms);
  });

  it.each(['-5', '1e9', '0x10', 'NaN', 'Infinity', '9'.repeat(400)])(
    'gives a time that a clock can wait, or none, for %s',
    (text) => {
      for (const name of ['retry-after', 'retry-after-ms']) {
        const ms = parseRetryAfter({ [name]: text }, NOW_MS) ?? 0;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThan(Number.MAX_SAFE_INTEGER);
      }
    },
  );
});
