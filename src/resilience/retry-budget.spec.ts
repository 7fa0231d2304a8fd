import { beforeEach, describe, expect, it } from 'vitest';
import { RetryBudget } from './retry-budget.js';

const PERCENT = 20;

describe('RetryBudget', () => {
  let budget: RetryBudget;
  beforeEach(() => {
    budget = new RetryBudget();
  });

  function begin(calls: number): void {
    for (let call = 0; call < calls; call++) budget.callBegan(PERCENT);
  }

  /** How many retries are allowed, one beside the other. */
  function take(percent = PERCENT): number {
    let taken = 0;
    while (taken < 1_000 && budget.takeRetry(percent)) taken++;
    return taken;
  }

  it.each([0, 20])('allows three at once on a quiet provider, with a budget of %i %%', (percent) => {
    budget.callBegan(percent);
    expect(take(percent)).toBe(3);
    budget.retryEnded();
    expect(take(percent)).toBe(1);
  });

  it('allows a share of the calls that run', () => {
    begin(500);
    expect(take()).toBeGreaterThan(90);
    expect(take()).toBe(0);
    expect(budget.takeRetry(PERCENT)).toBe(false);
  });

  it('allows no more at once than a share of the calls that run, however much was saved', () => {
    begin(500);
    for (let call = 0; call < 450; call++) budget.callEnded();
    expect(take()).toBe(10);
  });

  it('allows no more than a share of the calls that were made, however soon retries end', () => {
    begin(500);
    // As long as these three are under way, the places that are always allowed are taken.
    for (let retry = 0; retry < 3; retry++) budget.takeRetry(PERCENT);
    let made = 3;
    for (let asked = 0; asked < 1_000; asked++) {
      if (!budget.takeRetry(PERCENT)) continue;
      made++;
      budget.retryEnded();
    }
    expect(made).toBeGreaterThan(90);
    expect(made).toBeLessThanOrEqual(100);
  });

  it('saves nothing for later beyond what may run at once', () => {
    for (let call = 0; call < 10_000; call++) {
      budget.callBegan(PERCENT);
      budget.callEnded();
    }
    begin(50);
    expect(take()).toBeLessThanOrEqual(10);
  });

  it('forgets what the retries of a quiet hour have cost', () => {
    for (let retry = 0; retry < 10_000; retry++) {
      budget.takeRetry(PERCENT);
      budget.retryEnded();
    }
    begin(150);
    expect(take()).toBeGreaterThan(10);
  });
});
