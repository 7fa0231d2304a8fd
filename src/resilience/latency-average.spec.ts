import { beforeEach, describe, expect, it } from 'vitest';
import { LatencyAverage } from './latency-average.js';

describe('LatencyAverage', () => {
  let now: number;
  let average: LatencyAverage;

  beforeEach(() => {
    now = 5_000;
    average = new LatencyAverage(() => now);
  });

  it('knows nothing before the first sample', () => {
    expect(average.valueMs).toBeUndefined();
  });

  it('is the average of samples that came together', () => {
    for (const sample of [100, 200, 600]) average.record(sample);
    expect(average.valueMs).toBeCloseTo(300);
  });

  it('gives a sample half the weight after half a minute', () => {
    average.record(900);
    now += 30_000;
    average.record(300);
    expect(average.valueMs).toBeCloseTo((900 / 2 + 300) / 1.5);
  });

  it('follows a target that has changed within a few minutes', () => {
    for (let sample = 0; sample < 100; sample++) average.record(2_000);
    for (let second = 0; second < 240; second++) {
      now += 1_000;
      average.record(100);
    }
    expect(average.valueMs).toBeLessThan(120);
  });

  it('sinks by half in five minutes without a sample, and by nothing before a sample that comes then', () => {
    average.record(800);
    now += 300_000;
    expect(average.valueMs).toBeCloseTo(400);
    average.record(800);
    expect(average.valueMs).toBeCloseTo(800);
  });
});
