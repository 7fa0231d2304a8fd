import { describe, expect, it } from 'vitest';
import { EFFORTS } from './conversation.js';
import { budgetOf, effortOf, nearestEffort } from './reasoning-effort.js';

describe('reasoning effort', () => {
  it('comes back from the budget that it stands for', () => {
    for (const effort of EFFORTS) {
      const budgetTokens = budgetOf({ effort });
      expect(effortOf({ budgetTokens })).toBe(effort);
    }
  });

  it.each([
    [1, 'minimal'],
    [1_025, 'low'],
    [10_000, 'medium'],
    [1_000_000, 'max'],
  ])('of %i tokens is %s', (budgetTokens, effort) => {
    expect(effortOf({ budgetTokens })).toBe(effort);
  });

  it('prefers what the client said', () => {
    expect(budgetOf({ effort: 'high', budgetTokens: 5_000 })).toBe(5_000);
    expect(effortOf({ effort: 'low', budgetTokens: 50_000 })).toBe('low');
  });

  it('is unknown where the model decides', () => {
    expect(budgetOf({ adaptive: true })).toBeUndefined();
    expect(effortOf({ adaptive: true })).toBeUndefined();
  });

  it('of a vendor that knows fewer steps is the strongest that is not stronger', () => {
    const known = ['low', 'medium', 'high'] as const;
    expect(nearestEffort('max', known)).toBe('high');
    expect(nearestEffort('medium', known)).toBe('medium');
    expect(nearestEffort('none', known)).toBe('low');
  });
});
