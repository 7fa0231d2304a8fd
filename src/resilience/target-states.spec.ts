import { beforeEach, describe, expect, it } from 'vitest';
import { BreakerSettings } from '../config/settings.js';
import { TargetStates } from './target-states.js';

const MAX_TARGETS = 10_000;
const settings = Object.assign(new BreakerSettings(), { minimumCalls: 1 });

describe('TargetStates', () => {
  let states: TargetStates;
  beforeEach(() => {
    states = new TargetStates();
  });

  /** Asks for as many other models as are remembered. */
  function askForMany(): void {
    for (let model = 0; model < MAX_TARGETS; model++) states.target(`p/invented-${model}`);
  }

  it('knows each target and each provider by its name', () => {
    expect(states.target('p/a')).toBe(states.target('p/a'));
    expect(states.target('p/a')).not.toBe(states.target('p/b'));
    expect(states.provider('p')).toBe(states.provider('p'));
    expect(states.provider('p')).not.toBe(states.provider('q'));
    expect([...states.targets()].map(([key]) => key).toSorted()).toEqual(['p/a', 'p/b']);
  });

  it('forgets the target that was not asked for longest, however many names callers invent', () => {
    const [a, b] = [states.target('p/a'), states.target('p/b')];
    for (let model = 0; model < MAX_TARGETS - 2; model++) states.target(`p/invented-${model}`);
    states.target('p/a');
    states.target('p/one-more');
    expect(states.target('p/a')).toBe(a);
    expect(states.target('p/b')).not.toBe(b);
    askForMany();
    expect([...states.targets()]).toHaveLength(MAX_TARGETS);
  });

  it('forgets no target with a call that runs or with an open circuit', () => {
    const [running, open, idle] = [states.target('p/running'), states.target('p/open'), states.target('p/idle')];
    running.inFlight = 1;
    const passage = open.breaker.enter(settings);
    if (passage) open.breaker.failed(passage, 'failures');
    askForMany();
    expect(states.target('p/running')).toBe(running);
    expect(states.target('p/open')).toBe(open);
    expect(states.target('p/idle')).not.toBe(idle);
  });

  it('stays within its bound where every target is needed', () => {
    askForMany();
    for (const [, state] of states.targets()) state.inFlight = 1;
    states.target('p/one-more');
    expect([...states.targets()]).toHaveLength(MAX_TARGETS);
  });
});
