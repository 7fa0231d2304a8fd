import { describe, expect, it } from 'vitest';
import { type Outcome, OutcomeWindow } from './outcome-window.js';

const well = (): Outcome => ({ trouble: undefined });
const failed = (): Outcome => ({ trouble: 'failures' });

describe('OutcomeWindow', () => {
  it('says what share of the calls went wrong', () => {
    const window = new OutcomeWindow('failures');
    expect(window.badPercent).toBe(0);
    for (const outcome of [well(), failed(), well(), well()]) window.record(outcome, 20);
    expect(window.badPercent).toBe(25);
    expect(window.count).toBe(4);
  });

  it('forgets what is older than its size', () => {
    const window = new OutcomeWindow('failures');
    for (const outcome of [failed(), failed(), well(), well(), well()]) window.record(outcome, 4);
    expect(window.badPercent).toBe(25);
    window.record(well(), 2);
    expect(window).toMatchObject({ count: 2, badPercent: 0 });
  });

  it('counts a call once, as what it became last', () => {
    const window = new OutcomeWindow('failures');
    const call: { trouble: Outcome['trouble'] } = { trouble: undefined };
    window.record(call, 20);
    expect(window.badPercent).toBe(0);
    call.trouble = 'failures';
    window.record(call, 20);
    expect(window).toMatchObject({ count: 1, badPercent: 100 });
  });

  it('takes the other kind of trouble for no trouble', () => {
    const window = new OutcomeWindow('failures');
    window.record({ trouble: 'throttled' }, 20);
    expect(window.badPercent).toBe(0);
  });

  it('knows nothing once it is cleared', () => {
    const window = new OutcomeWindow('failures');
    window.record(failed(), 20);
    window.clear();
    expect(window).toMatchObject({ count: 0, badPercent: 0 });
  });
});
