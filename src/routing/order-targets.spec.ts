import { describe, expect, it } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import { STRATEGIES } from '../config/settings.js';
import { orderTargets, type TargetFacts } from './order-targets.js';
import type { Target } from './target.js';

/** What a test knows of each target, by its model's name. */
interface Known {
  readonly weight?: number;
  readonly firstTokenMs?: number;
  readonly inFlight?: number;
  readonly picoUsd?: bigint;
}

function targetsOf(known: Record<string, Known>): Target[] {
  return Object.entries(known).map(([model, { weight = 1 }]) => stubTarget({ model, weight }));
}

function factsOf(known: Record<string, Known>): TargetFacts {
  return {
    firstTokenMs: ({ model }) => known[model]?.firstTokenMs,
    inFlight: ({ model }) => known[model]?.inFlight ?? 0,
    picoUsd: ({ model }) => known[model]?.picoUsd,
  };
}

function order(strategy: (typeof STRATEGIES)[number], known: Record<string, Known>, random?: () => number): string {
  return orderTargets(strategy, targetsOf(known), factsOf(known), random)
    .map(({ model }) => model)
    .join(' ');
}

/** Mulberry32: the same numbers in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How far counts are from what was expected of them. */
function chiSquare(counts: readonly number[], chances: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, at) => {
    const expected = total * (chances[at] ?? 0);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

describe('orderTargets', () => {
  it.each(STRATEGIES)('keeps every target and leaves the given list as it was: %s', (strategy) => {
    const known = { a: { weight: 0, inFlight: 3 }, b: { firstTokenMs: 5, picoUsd: 7n }, c: { weight: 2 } };
    const targets = targetsOf(known);
    const before = [...targets];
    expect(new Set(orderTargets(strategy, targets, factsOf(known)))).toEqual(new Set(before));
    expect(targets).toEqual(before);
  });

  it('hands the configured list on as it is where there is nothing to order', () => {
    const targets = targetsOf({ a: { inFlight: 9 }, b: {} });
    expect(orderTargets('priority', targets, factsOf({}))).toBe(targets);
    const only = targetsOf({ a: {} });
    expect(orderTargets('weighted', only, factsOf({}))).toBe(only);
  });

  it.each<[what: string, known: Record<string, Known>, expected: string]>([
    ['the one with the fewest calls', { a: { inFlight: 2 }, b: { inFlight: 1 }, c: { inFlight: 3 } }, 'b a c'],
    ['the configured one of equals', { a: { inFlight: 1 }, b: {}, c: {} }, 'b c a'],
  ])('least-busy: asks %s first', (_, known, expected) => {
    expect(order('least-busy', known)).toBe(expected);
  });

  it.each<[what: string, known: Record<string, Known>, expected: string]>([
    ['the cheapest', { a: { picoUsd: 30n }, b: { picoUsd: 10n }, c: { picoUsd: 20n } }, 'b c a'],
    ['what is free', { a: { picoUsd: 1n }, b: { picoUsd: 0n } }, 'b a'],
    ['the configured one of equals', { a: { picoUsd: 2n }, b: { picoUsd: 1n }, c: { picoUsd: 1n } }, 'b c a'],
    ['none whose price is not known', { a: {}, b: { picoUsd: 10n ** 30n }, c: {} }, 'b a c'],
  ])('cheapest: asks %s first', (_, known, expected) => {
    expect(order('cheapest', known)).toBe(expected);
  });

  it.each<[what: string, known: Record<string, Known>, expected: string]>([
    ['the fastest', { a: { firstTokenMs: 300 }, b: { firstTokenMs: 100 }, c: { firstTokenMs: 200 } }, 'b c a'],
    ['the configured one of equals', { a: { firstTokenMs: 100 }, b: { firstTokenMs: 100 } }, 'a b'],
    ['the idle one that was never measured', { a: { firstTokenMs: 1 }, b: {}, c: {} }, 'b c a'],
    [
      'a slower one where the fastest is busy',
      { a: { firstTokenMs: 100, inFlight: 3 }, b: { firstTokenMs: 300 } },
      'b a',
    ],
    ['a measured one while another is being measured', { a: { inFlight: 1 }, b: { firstTokenMs: 100 } }, 'b a'],
    [
      'one being measured where the measured are busier',
      { a: { inFlight: 1 }, b: { firstTokenMs: 9, inFlight: 2 } },
      'a b',
    ],
    ['an idle one of two that take no time', { a: { firstTokenMs: 0, inFlight: 1 }, b: { firstTokenMs: 0 } }, 'b a'],
  ])('least-latency: asks %s first', (_, known, expected) => {
    expect(order('least-latency', known)).toBe(expected);
  });

  it('least-latency: spreads requests that come before the first sample is in', () => {
    const running = { a: { inFlight: 0 }, b: { inFlight: 0 }, c: { inFlight: 0 } };
    const first = Array.from({ length: 6 }, () => {
      const [chosen] = orderTargets('least-latency', targetsOf(running), factsOf(running));
      const name = chosen?.model === 'a' ? 'a' : chosen?.model === 'b' ? 'b' : 'c';
      running[name].inFlight += 1;
      return name;
    });
    expect(first.join('')).toBe('abcabc');
  });
});

describe('weighted', () => {
  const weights = { light: { weight: 1 }, middle: { weight: 2 }, heavy: { weight: 7 } };

  /** How often each order was drawn. */
  function draw(times: number): Map<string, number> {
    const random = seededRandom(20_261_101);
    const counts = new Map<string, number>();
    for (let drawn = 0; drawn < times; drawn += 1) {
      const found = order('weighted', weights, random);
      counts.set(found, (counts.get(found) ?? 0) + 1);
    }
    return counts;
  }

  it('draws each order as often as the weights of those that are left say', () => {
    const counts = draw(10_000);
    const chances: [order: string, chance: number][] = [
      ['light middle heavy', (1 / 10) * (2 / 9)],
      ['light heavy middle', (1 / 10) * (7 / 9)],
      ['middle light heavy', (2 / 10) * (1 / 8)],
      ['middle heavy light', (2 / 10) * (7 / 8)],
      ['heavy light middle', (7 / 10) * (1 / 3)],
      ['heavy middle light', (7 / 10) * (2 / 3)],
    ];
    const distance = chiSquare(
      chances.map(([drawn]) => counts.get(drawn) ?? 0),
      chances.map(([, chance]) => chance),
    );
    // Of five degrees of freedom: one fair draw in a thousand is further away.
    expect(distance).toBeLessThan(20.5);
  });

  it('asks those of weight 0 last, as they are configured', () => {
    const known = { b: { weight: 0 }, a: { weight: 0 }, c: { weight: 1 } };
    for (const random of [0, 0.5, 1 - 2 ** -53]) expect(order('weighted', known, () => random)).toBe('c b a');
  });

  it('keeps the configured order where all weigh 0', () => {
    expect(order('weighted', { b: { weight: 0 }, a: { weight: 0 } })).toBe('b a');
  });
});
