import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { block } from '../../test/support/block.js';
import { EventLoopDelay } from './event-loop-delay.js';

describe('EventLoopDelay', () => {
  let delay: EventLoopDelay;
  beforeEach(() => {
    delay = new EventLoopDelay();
    delay.start();
  });
  afterEach(() => delay.stop());

  it('is nothing before anything was measured', () => {
    expect(delay.sinceLastMs()).toBe(0);
  });

  it('is what the loop was held up for, each time', async () => {
    await pass(30);
    delay.sinceLastMs();
    for (let times = 0; times < 3; times++) await block(100);
    expect(delay.sinceLastMs()).toBeGreaterThan(30);
  });

  it('counts a delay that begins right after it was asked', async () => {
    await pass(30);
    delay.sinceLastMs();
    await block(200);
    expect(delay.sinceLastMs()).toBeGreaterThan(50);
  });

  it('forgets what was before it was last asked', async () => {
    await pass(30);
    await block(300);
    delay.sinceLastMs();
    await pass(100);
    expect(delay.sinceLastMs()).toBeLessThan(100);
  });
});
