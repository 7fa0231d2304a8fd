import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConcurrencySettings } from '../config/settings.js';
import { Bulkhead } from './bulkhead.js';

const settings = Object.assign(new ConcurrencySettings(), { maxCalls: 2, maxQueued: 2, queueMs: 1_000 });
const impatient = Object.assign(new ConcurrencySettings(), { maxCalls: 2, maxQueued: 0 });
const { signal } = new AbortController();

describe('Bulkhead', () => {
  let bulkhead: Bulkhead;
  beforeEach(() => {
    vi.useFakeTimers();
    bulkhead = new Bulkhead();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Lets as many in as there is room for, which nobody has to wait for. */
  function fill(): void {
    for (let call = 0; call < settings.maxCalls; call++) expect(bulkhead.enter(settings, signal)).toBe(true);
  }

  it('lets a call in at once while there is room, again after one has left', () => {
    fill();
    bulkhead.leave();
    expect(bulkhead.enter(settings, signal)).toBe(true);
  });

  it('lets those who wait in as others leave, the first one first', async () => {
    fill();
    const order: string[] = [];
    const first = Promise.resolve(bulkhead.enter(settings, signal)).then((isIn) => order.push(`first ${isIn}`));
    const second = Promise.resolve(bulkhead.enter(settings, signal)).then((isIn) => order.push(`second ${isIn}`));
    bulkhead.leave();
    await first;
    expect(order).toEqual(['first true']);
    bulkhead.leave();
    await second;
    expect(order).toEqual(['first true', 'second true']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not let anybody take the place of one who waits', async () => {
    fill();
    const waiting = bulkhead.enter(settings, signal);
    bulkhead.leave();
    const late = bulkhead.enter(settings, signal);
    await expect(waiting).resolves.toBe(true);
    expect(late).toBeInstanceOf(Promise);
    await vi.advanceTimersByTimeAsync(settings.queueMs);
    await expect(late).resolves.toBe(false);
  });

  it('refuses at once where the line is full, or none is wanted', () => {
    fill();
    void bulkhead.enter(settings, signal);
    void bulkhead.enter(settings, signal);
    expect(bulkhead.enter(settings, signal)).toBe(false);
    expect(bulkhead.enter(impatient, signal)).toBe(false);
  });

  it('refuses a call that has waited for too long, and gives its place in the line to another', async () => {
    fill();
    const waiting = [bulkhead.enter(settings, signal), bulkhead.enter(settings, signal)];
    await vi.advanceTimersByTimeAsync(settings.queueMs);
    for (const isIn of waiting) expect(await isIn).toBe(false);
    expect(bulkhead.enter(settings, signal)).toBeInstanceOf(Promise);
  });

  it('keeps no place, no timer and no ear for a request that was aborted', async () => {
    fill();
    const controller = new AbortController();
    const waiting = bulkhead.enter(settings, controller.signal);
    controller.abort();
    await expect(waiting).resolves.toBe(false);
    expect([vi.getTimerCount(), getEventListeners(controller.signal, 'abort')]).toEqual([0, []]);
    expect(bulkhead.enter(settings, controller.signal)).toBe(false);
    bulkhead.leave();
    expect(bulkhead.enter(settings, signal)).toBe(true);
  });

  it('loses no place and gives none away, in whatever order calls come, leave, wait and give up', async () => {
    type Step = 'enter' | 'leave' | 'abort' | 'wait';
    const steps = fc.array(fc.constantFrom<Step>('enter', 'enter', 'leave', 'abort', 'wait'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const bulkhead = new Bulkhead();
        const controllers: AbortController[] = [];
        let running = 0;
        const take: Record<Step, () => unknown> = {
          enter: () => {
            const controller = new AbortController();
            controllers.push(controller);
            void Promise.resolve(bulkhead.enter(settings, controller.signal)).then((isIn) => (running += Number(isIn)));
          },
          leave: () => {
            if (running === 0) return;
            running--;
            bulkhead.leave();
          },
          abort: () => controllers.shift()?.abort(),
          wait: () => vi.advanceTimersByTimeAsync(settings.queueMs / 2),
        };
        for (const step of steps) {
          await take[step]();
          await vi.advanceTimersByTimeAsync(0);
          expect(running).toBeLessThanOrEqual(settings.maxCalls);
        }
        await vi.advanceTimersByTimeAsync(settings.queueMs);
        for (; running > 0; running--) bulkhead.leave();
        const entered = Array.from({ length: settings.maxCalls }, () => bulkhead.enter(settings, signal));
        expect(entered).toEqual(Array(settings.maxCalls).fill(true));
        expect(vi.getTimerCount()).toBe(0);
        expect(bulkhead.enter(impatient, signal)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
