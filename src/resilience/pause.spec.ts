import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause } from './pause.js';

const left = new Error('the client left');

describe('pause', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lasts as long as it is told to, and leaves no timer and no ear', async () => {
    const { signal } = new AbortController();
    const ended = vi.fn<() => void>();
    const paused = pause(1_000, signal).then(ended);
    await vi.advanceTimersByTimeAsync(999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await paused;
    expect(ended).toHaveBeenCalledOnce();
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort')]).toEqual([0, []]);
  });

  it('ends at once with the reason of the signal, and leaves no timer', async () => {
    const controller = new AbortController();
    const paused = pause(1_000, controller.signal);
    controller.abort(left);
    await expect(paused).rejects.toBe(left);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0, 1_000])('of %i ms does not begin where the signal is aborted', async (waitMs) => {
    await expect(pause(waitMs, AbortSignal.abort(left))).rejects.toBe(left);
    expect(vi.getTimerCount()).toBe(0);
  });
});
