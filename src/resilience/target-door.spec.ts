import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BreakerSettings, ConcurrencySettings } from '../config/settings.js';
import { CallLease } from './call-lease.js';
import { Deadline } from './deadline.js';
import { TargetDoor } from './target-door.js';
import { TargetStates } from './target-states.js';

const target = {
  key: 'vendor/model',
  provider: { name: 'vendor' },
  breaker: Object.assign(new BreakerSettings(), { minimumCalls: 1 }),
  concurrency: Object.assign(new ConcurrencySettings(), { maxCalls: 20, maxQueued: 0 }),
};

describe('TargetDoor', () => {
  let states: TargetStates;
  let deadline: Deadline;
  let door: TargetDoor;

  beforeEach(() => {
    states = new TargetStates();
    deadline = new Deadline(600_000, () => new Error('too late'));
    door = new TargetDoor(states, target, 100, deadline);
  });
  afterEach(() => deadline.clear());

  const budget = () => states.provider('vendor').retryBudget;

  function open(): void {
    const passage = door.circuit.enter(target.breaker);
    if (passage) door.circuit.failed(passage, 'failures');
  }

  /** Calls that run, each of which pays for a retry. */
  async function enter(calls: number): Promise<void> {
    for (let call = 0; call < calls; call++) expect(await door.enter(false)).toBeInstanceOf(CallLease);
  }

  it.each<[way: string, enter: () => Promise<unknown>]>([
    ['the first time', () => door.enter(true)],
    ['whatever the circuit says', () => door.force(true)],
    ['after a pause', () => door.enterAgain(0)],
  ])('counts a retry that goes in %s until it has begun to answer', async (_, goIn) => {
    const lease = await goIn();
    expect(budget().runningRetries).toBe(1);
    if (lease instanceof CallLease) lease.begun();
    expect(budget().runningRetries).toBe(0);
    if (lease instanceof CallLease) lease.end();
    expect(budget().runningRetries).toBe(0);
  });

  it('counts no retry where the call is the first of its request', async () => {
    await enter(1);
    await door.force(false);
    expect(budget().runningRetries).toBe(0);
  });

  it.each<[way: string, enter: () => Promise<unknown>]>([
    ['the first time', () => door.enter(true)],
    ['whatever the circuit says', () => door.force(true)],
    ['after a pause', () => door.enterAgain(0)],
  ])('is busy for a retry that goes in %s once the budget is spent', async (_, goIn) => {
    while (budget().takeRetry(0));
    expect(await goIn()).toBe('busy');
    expect(states.target(target.key).inFlight).toBe(0);
  });

  it('gives a retry back that the provider has no room for', async () => {
    await enter(20);
    expect(await door.enter(true)).toBe('busy');
    expect(await door.force(true)).toBe('busy');
    expect(budget().runningRetries).toBe(0);
  });

  it('takes nothing from the budget for a retry that an open circuit refuses', async () => {
    await enter(10);
    open();
    for (let refused = 0; refused < 50; refused++) expect(await door.enter(true)).toBe('circuit_open');
    let retries = 0;
    while (budget().takeRetry(100)) retries++;
    expect(retries).toBeGreaterThan(5);
  });
});
