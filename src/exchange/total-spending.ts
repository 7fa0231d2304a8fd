import { addUsage } from '../dialects/token-usage.js';
import type { Cost, Spending } from './attempt.js';

/** What several calls used and cost together. Where one is not known, neither is the sum. */
export function totalSpending(spendings: readonly Spending[]): Spending | undefined {
  const [first, ...others] = spendings;
  if (!first) return undefined;
  return others.reduce<Spending>(
    (total, { usage, usageState, cost }) => ({
      usage: total.usage && usage && addUsage(total.usage, usage),
      usageState: total.usageState === 'reported' ? usageState : 'estimated',
      cost: addCosts(total.cost, cost),
    }),
    first,
  );
}

function addCosts(a: Cost, b: Cost): Cost {
  if (a.state === 'unknown' || b.state === 'unknown') return { state: 'unknown' };
  if (a.state === 'free') return b;
  if (b.state === 'free') return a;
  const source = a.source === b.source ? a.source : `${a.source}, ${b.source}`;
  return { state: 'priced', picoUsd: a.picoUsd + b.picoUsd, source };
}
