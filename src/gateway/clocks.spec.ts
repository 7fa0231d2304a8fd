import { describe, expect, it } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import { TimeoutSettings } from '../config/settings.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Call } from '../resilience/resilience.js';
import { answerMs, firstTokenMs } from './clocks.js';

const deadline = { remainingMs: 100_000 } as unknown as Deadline;
const soon = { remainingMs: 1_000 } as unknown as Deadline;
const withNext = { hasNext: true } as unknown as Call;
const last = { hasNext: false } as unknown as Call;

function target(timeouts: Partial<TimeoutSettings>) {
  return stubTarget({ timeouts: Object.assign(new TimeoutSettings(), timeouts) });
}

describe('the clock until the first token', () => {
  it('is the target’s own', () => {
    expect(firstTokenMs(target({ firstTokenMs: 700 }), withNext, deadline)).toBe(700);
  });

  it('leaves the next target as much time as this one has', () => {
    expect(firstTokenMs(target({}), withNext, soon)).toBe(500);
    expect(firstTokenMs(target({}), last, soon)).toBe(30_000);
  });
});

describe('the clock of a JSON answer', () => {
  it('is ten first tokens, or what the settings say', () => {
    expect(answerMs(target({ firstTokenMs: 700 }), withNext, deadline)).toBe(7_000);
    expect(answerMs(target({ firstTokenMs: 700, headersMs: 900 }), withNext, deadline)).toBe(900);
  });

  it('leaves the next target as much time as this one has', () => {
    expect(answerMs(target({}), withNext, soon)).toBe(500);
  });

  it('is the request’s where no other target could answer', () => {
    expect(answerMs(target({ headersMs: 900 }), last, deadline)).toBeUndefined();
  });
});
