import { median } from './statistics.ts';

/** The first quarter is for the heap to find its size. */
export function settled(samples: readonly number[]): number[] {
  return samples.slice(samples.length / 4);
}

export function furthestPercent(samples: readonly number[]): number {
  const middle = median(samples);
  return (Math.max(...samples.map((sample) => Math.abs(sample - middle))) / middle) * 100;
}

export function rangePercent(samples: readonly number[]): number {
  return ((Math.max(...samples) - Math.min(...samples)) / median(samples)) * 100;
}

export function driftPercent(samples: readonly number[]): number {
  return (((samples.at(-1) ?? NaN) - (samples[0] ?? NaN)) / median(samples)) * 100;
}
