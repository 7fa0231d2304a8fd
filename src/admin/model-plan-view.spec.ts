import { describe, expect, it } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { stubTarget } from '../../test/support/stub-target.js';
import { BreakerSettings, RetrySettings, TimeoutSettings } from '../config/settings.js';
import { TargetStates } from '../resilience/target-states.js';
import type { Plan, Target } from '../routing/target.js';
import { modelPlanView } from './model-plan-view.js';

const timeouts = Object.assign(new TimeoutSettings(), { connectMs: 1, firstTokenMs: 2, idleMs: 3, totalMs: 4 });
const first = stubTarget({ provider: stubProvider({ name: 'a' }), model: 'one', timeouts });
const second = stubTarget({ provider: stubProvider({ name: 'b' }), model: 'two' });
const third = stubTarget({ provider: stubProvider({ name: 'c' }), model: 'org/three' });

const plan: Plan = {
  strategy: 'cheapest',
  retry: new RetrySettings(),
  totalMs: 4,
  streamRecovery: 'continue',
  targets: [first, second],
  skipped: [{ target: third, reason: 'context_window' }],
};

function view(stream: boolean, replaced: Partial<Plan> = {}, states = new TargetStates()) {
  return modelPlanView('smart', { ...plan, ...replaced }, stream, {
    stateOf: ({ key }) => states.target(key),
    typicalPicoUsd: (target) => (target === first ? 17_500_000_000n : undefined),
  });
}

describe('modelPlanView', () => {
  it('shows what would be asked, in order, and what would not, with the reason', () => {
    expect(view(false)).toMatchObject({
      model: 'smart',
      strategy: 'cheapest',
      retry: { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8_000, budgetPercent: 20 },
      totalMs: 4,
      targets: [
        { provider: 'a', model: 'one', typicalCostUsd: '0.0175' },
        { provider: 'b', model: 'two', typicalCostUsd: null },
      ],
      skipped: [{ provider: 'c', model: 'org/three', reason: 'context_window' }],
    });
  });

  it('shows what is known of a target at this moment', () => {
    const states = new TargetStates();
    const state = states.target(first.key);
    state.inFlight = 2;
    state.firstToken.record(9);
    const passage = state.breaker.enter(Object.assign(new BreakerSettings(), { window: 1 }));
    if (!passage) throw new Error('a new circuit is closed');
    state.breaker.failed(passage, 'failures');
    const [target, other] = view(true, {}, states).targets;
    expect(target).toMatchObject({ circuit: { state: 'open', why: 'failures' }, inFlight: 2 });
    expect(target?.firstTokenMs).toBeCloseTo(9, 1);
    expect(target?.circuit.retryAfterMs).toBeGreaterThan(20_000);
    expect(other).toMatchObject({ circuit: { state: 'closed' }, inFlight: 0, firstTokenMs: null });
  });

  it('shows the clocks of a stream, and how it is recovered', () => {
    const { targets, streamRecovery } = view(true);
    expect(targets[0]?.timeouts).toEqual({ connectMs: 1, firstTokenMs: 2, idleMs: 3 });
    expect(streamRecovery).toBe('continue');
  });

  it('shows the clocks of a JSON answer, of which the last target has all the time that is left', () => {
    const { targets, streamRecovery } = view(false);
    expect(targets.map((target) => target.timeouts)).toEqual([{ connectMs: 1, headersMs: 20 }, { connectMs: 5_000 }]);
    expect(streamRecovery).toBeUndefined();
  });

  it('goes by the time for a JSON answer that the settings give', () => {
    const own: Target = { ...first, timeouts: Object.assign(new TimeoutSettings(), { connectMs: 1, headersMs: 77 }) };
    expect(view(false, { targets: [own, second] }).targets[0]?.timeouts).toEqual({ connectMs: 1, headersMs: 77 });
  });
});
