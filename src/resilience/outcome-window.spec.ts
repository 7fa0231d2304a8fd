import { describe, expect, it } from 'vitest';
import { type Outcome, OutcomeWindow } from './outcome-window.js';

function record(window: OutcomeWindow, outcomes: readonly Outcome[], size: number): void {
  for (const outcome of outcomes) window.record(outcome, size);
}

describe('OutcomeWindow', () => {
  it('says what share of the calls went wrong', () => {
    const window = new OutcomeWindow();
    expect(window.badPercent).toBe(0);
    record(window, ['good', 'bad', 'good', 'good'], 20);
    expect(window).toMatchObject({ count: 4, badPercent: 25 });
  });

  it('forgets what is older than its size', () => {
    const window = new OutcomeWindow();
    record(window, ['bad', 'bad', 'good', 'good', 'good'], 4);
    expect(window.badPercent).toBe(25);
    window.record('good', 2);
    expect(window).toMatchObject({ count: 2, badPercent: 0 });
  });

  it('knows nothing once it is cleared', () => {
    const window = new OutcomeWindow();
    window.record('bad', 20);
    window.clear();
    expect(window).toMatchObject({ count: 0, badPercent: 0 });
  });
});
