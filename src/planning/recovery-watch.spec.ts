import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { BreakerSettings } from '../config/settings.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { TargetStates } from '../resilience/target-states.js';
import { RecoveryWatch } from './recovery-watch.js';

const settings = Object.assign(new BreakerSettings(), { minimumCalls: 1, openMs: 600_000, maxOpenMs: 600_000 });
const LOOK_MS = 5_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function house(listModels: (signal: AbortSignal) => Promise<string[]>) {
  const states = new TargetStates();
  const list = vi.fn<typeof listModels>(listModels);
  const registry = new ProviderRegistry([stubProvider({ name: 'vendor', listModels: list })]);
  const watch = new RecoveryWatch(registry, states);
  watch.onApplicationBootstrap();
  const { breaker } = states.target('vendor/a/model');
  return { list, watch, breaker };
}

function open(breaker: ReturnType<typeof house>['breaker'], retryAfterMs?: number): void {
  const passage = breaker.enter(settings);
  if (passage) breaker.failed(passage, 'failures', retryAfterMs);
}

describe('RecoveryWatch', () => {
  it('lets a call find out as soon as the list of models comes again', async () => {
    let isDown = true;
    const { breaker, watch } = house(() => (isDown ? Promise.reject(new Error('down')) : Promise.resolve([])));
    open(breaker);
    await vi.advanceTimersByTimeAsync(3 * LOOK_MS);
    expect(breaker.view().state).toBe('open');
    isDown = false;
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(breaker.view().state).toBe('half-open');
    watch.onApplicationShutdown();
  });

  it('takes a list that came all along for no sign', async () => {
    const { breaker, watch, list } = house(async () => []);
    open(breaker);
    await vi.advanceTimersByTimeAsync(4 * LOOK_MS);
    expect(list).toHaveBeenCalledTimes(4);
    expect(breaker.view().state).toBe('open');
    watch.onApplicationShutdown();
  });

  it('keeps to the time that a vendor has told', async () => {
    let isDown = true;
    const { breaker, watch } = house(() => (isDown ? Promise.reject(new Error('down')) : Promise.resolve([])));
    open(breaker, 300_000);
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    isDown = false;
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(breaker.view().state).toBe('open');
    watch.onApplicationShutdown();
  });

  it('asks nobody while every circuit is closed', async () => {
    const { watch, list } = house(async () => []);
    await vi.advanceTimersByTimeAsync(10 * LOOK_MS);
    expect(list).not.toHaveBeenCalled();
    watch.onApplicationShutdown();
  });

  it('leaves nothing open when it is stopped', async () => {
    const signals: AbortSignal[] = [];
    const { breaker, watch } = house((signal) => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
    });
    open(breaker);
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    watch.onApplicationShutdown();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
