import type { Strategy } from '../config/settings.js';
import type { Target } from './target.js';

/** What is known of targets at this moment. */
export interface TargetFacts {
  /** A decaying average, in milliseconds; `undefined` where none was ever measured. */
  firstTokenMs(target: Target): number | undefined;
  /** Calls that run. */
  inFlight(target: Target): number;
  /** The price of a typical request; `undefined` where it is not known. */
  picoUsd(target: Target): bigint | undefined;
}

/**
 * The targets in the order in which to ask them. Pure, and stable: targets that the strategy finds equal stay as they
 * are configured.
 * @param random from 0 to less than 1, as `Math.random` gives it
 */
export function orderTargets(
  strategy: Strategy,
  targets: readonly Target[],
  facts: TargetFacts,
  random: () => number = Math.random,
): readonly Target[] {
  if (strategy === 'priority' || targets.length < 2) return targets;
  if (strategy === 'weighted') return ascending(targets, (target) => drawnTime(target.weight, random));
  if (strategy === 'least-busy') return ascending(targets, (target) => facts.inFlight(target));
  if (strategy === 'cheapest') return ascending(targets, (target) => facts.picoUsd(target) ?? Infinity);
  return byLatency(targets, facts);
}

/**
 * Sampling without replacement: each target draws a time from an exponential distribution with its weight as the rate,
 * so that the first has a chance proportional to its weight, and so has each next one among those that are left.
 * See Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006).
 */
function drawnTime(weight: number, random: () => number): number {
  return weight === 0 ? Infinity : -Math.log(1 - random()) / weight;
}

/**
 * By the time to the first token, times the calls that would then run: requests that come while a sample is under way
 * know no more than the one before them, and must not all flock to one target. A target that was never measured goes
 * first, so that it will be; while it is being measured it is taken to be as fast as the best.
 */
function byLatency(targets: readonly Target[], facts: TargetFacts): readonly Target[] {
  const measured = targets.flatMap((target) => facts.firstTokenMs(target) ?? []);
  const assumedMs = measured.length > 0 ? Math.min(...measured) : 1;
  return ascending(targets, (target) => {
    const firstTokenMs = facts.firstTokenMs(target);
    const inFlight = facts.inFlight(target);
    if (firstTokenMs === undefined && inFlight === 0) return 0;
    // Less than a millisecond says nothing; 0 would stay 0 whatever runs there.
    return Math.max(1, firstTokenMs ?? assumedMs) * (inFlight + 1);
  });
}

function ascending(targets: readonly Target[], scoreOf: (target: Target) => number | bigint): readonly Target[] {
  return targets
    .map((target) => ({ target, score: scoreOf(target) }))
    .toSorted((a, b) => (a.score < b.score ? -1 : Number(a.score > b.score)))
    .map(({ target }) => target);
}
