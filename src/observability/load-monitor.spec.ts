import v8 from 'node:v8';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { block } from '../../test/support/block.js';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, ServerSettings, type SheddingSettings } from '../config/settings.js';
import { LoadMonitor } from './load-monitor.js';

const SAMPLE_MS = 250;
const statistics = v8.getHeapStatistics();

describe('LoadMonitor', () => {
  let heapPercent = 0;
  let lines: string[] = [];
  let monitor: LoadMonitor;

  beforeEach(() => {
    // The loop itself is the real one.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    vi.spyOn(v8, 'getHeapStatistics').mockImplementation(() => ({
      ...statistics,
      used_heap_size: heapPercent,
      heap_size_limit: 100,
    }));
    heapPercent = 10;
    lines = [];
    monitor = monitorWith({ eventLoopDelayMs: 86_400_000, heapPercent: 90 });
  });
  afterEach(() => {
    monitor.onApplicationShutdown();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  function monitorWith(shedding: SheddingSettings): LoadMonitor {
    const root = pino({}, { write: (line: string) => void lines.push(line) });
    const server = Object.assign(new ServerSettings(), { shedding });
    const file = Object.assign(new FileSettings(), { server });
    const settings = new Settings(file, new EnvironmentSettings(), new Map(), []);
    const started = new LoadMonitor(settings, { root, lines: root });
    started.onApplicationBootstrap();
    return started;
  }

  /** Whether the process is overloaded after each of so many samples. */
  function samples(count: number): boolean[] {
    return Array.from({ length: count }, () => {
      vi.advanceTimersByTime(SAMPLE_MS);
      return monitor.isOverloaded;
    });
  }

  it('takes a process within its limits for what it is', () => {
    heapPercent = 90;
    expect(samples(10)).not.toContain(true);
    expect(lines).toEqual([]);
  });

  it('is overloaded after half a second over a limit, until it has been within them for one', () => {
    heapPercent = 91;
    expect(samples(5)).toEqual([false, true, true, true, true]);
    heapPercent = 90;
    expect(samples(5)).toEqual([true, true, true, false, false]);
  });

  it('is not overloaded by one sample, nor relieved by a few', () => {
    heapPercent = 91;
    expect(samples(1)).toEqual([false]);
    heapPercent = 10;
    expect(samples(1)).toEqual([false]);
    heapPercent = 91;
    expect(samples(2)).toEqual([false, true]);
    heapPercent = 10;
    expect(samples(3)).toEqual([true, true, true]);
    heapPercent = 91;
    expect(samples(1)).toEqual([true]);
    heapPercent = 10;
    expect(samples(4)).toEqual([true, true, true, false]);
  });

  it('says once that it begins and once that it ends', () => {
    heapPercent = 95;
    samples(20);
    heapPercent = 20;
    samples(20);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 40, msg: 'overloaded: new requests are refused', load: { heapPercent: 95 } },
      { level: 30, msg: 'new requests are taken again', load: { heapPercent: 20 } },
    ]);
  });

  it('is overloaded by an event loop that is late, until it is on time', async () => {
    monitor.onApplicationShutdown();
    monitor = monitorWith({ eventLoopDelayMs: 40, heapPercent: 100 });
    await block(30);
    for (let times = 0; times < 2; times++) {
      await block(100);
      samples(1);
    }
    expect(monitor.isOverloaded).toBe(true);
    expect(samples(4)).toEqual([true, true, true, false]);
  });

  it('measures nothing more once it has stopped', () => {
    monitor.onApplicationShutdown();
    heapPercent = 91;
    expect(samples(5)).not.toContain(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
