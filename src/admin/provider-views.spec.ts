import { describe, expect, it } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { BreakerSettings, ConcurrencySettings, FileSettings, ProviderSettings } from '../config/settings.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { TargetStates } from '../resilience/target-states.js';
import { ProviderViews } from './provider-views.js';
import type { ModelStateDto } from './providers.dto.js';

const concurrency = Object.assign(new ConcurrencySettings(), { maxCalls: 1 });
const provider = Object.assign(new ProviderSettings(), { type: 'openai', apiKey: 'sk-secret', concurrency });
const file = Object.assign(new FileSettings(), { providers: { eu: provider } });
const settings = new Settings(file, new EnvironmentSettings(), new Map([['GROQ_API_KEY', 'gsk-secret']]), []);
const registry = new ProviderRegistry([
  stubProvider({ name: 'simulated' }),
  stubProvider({ name: 'groq' }),
  stubProvider({ name: 'eu', speaks: ['openai-responses', 'openai-chat'] as const }),
]);

function viewsOf(states: TargetStates): ProviderViews {
  return new ProviderViews(settings, registry, states);
}

function modelsOf(states: TargetStates, name = 'eu'): readonly ModelStateDto[] {
  return (
    viewsOf(states)
      .all()
      .find((view) => view.name === name)?.models ?? []
  );
}

describe('ProviderViews', () => {
  it('shows every provider, those of the environment too, before any call', () => {
    const idle = { running: 0, queued: 0, maxCalls: 1_000 };
    expect(viewsOf(new TargetStates()).all()).toEqual([
      {
        name: 'simulated',
        type: 'simulated',
        speaks: ['openai-chat'],
        concurrency: idle,
        retries: { running: 0 },
        models: [],
      },
      { name: 'groq', type: 'groq', speaks: ['openai-chat'], concurrency: idle, retries: { running: 0 }, models: [] },
      {
        name: 'eu',
        type: 'openai',
        speaks: ['openai-responses', 'openai-chat'],
        concurrency: { running: 0, queued: 0, maxCalls: 1 },
        retries: { running: 0 },
        models: [],
      },
    ]);
  });

  it('shows no key', () => {
    expect(JSON.stringify(viewsOf(new TargetStates()).all())).not.toMatch(/secret/);
  });

  it('counts the calls that run, those in line, and retries', async () => {
    const states = new TargetStates();
    const { bulkhead, retryBudget } = states.provider('eu');
    const caller = new AbortController();
    await bulkhead.enter(concurrency, caller.signal);
    const waiting = bulkhead.enter(concurrency, caller.signal);
    retryBudget.takeRetry(20);
    expect(viewsOf(states).all()[2]).toMatchObject({
      concurrency: { running: 1, queued: 1, maxCalls: 1 },
      retries: { running: 1 },
    });
    caller.abort();
    await waiting;
    expect(viewsOf(states).all()[2]).toMatchObject({ concurrency: { running: 1, queued: 0 } });
  });

  it('says of a model how its last calls went', () => {
    const states = new TargetStates();
    const { recent, firstToken } = states.target('eu/org/model');
    for (const ms of [30, 10.00049, 20]) recent.answered(ms);
    recent.failed();
    firstToken.record(7);
    expect(modelsOf(states)).toEqual([
      {
        model: 'org/model',
        circuit: { state: 'closed' },
        inFlight: 0,
        calls: 4,
        errorRate: 0.25,
        latencyMs: { p50: 20, p95: 30, p99: 30 },
        firstTokenMs: expect.closeTo(7, 1) as number,
      },
    ]);
  });

  it('does not say of calls that run what only ended ones tell', () => {
    const states = new TargetStates();
    states.target('eu/model').inFlight = 1;
    expect(modelsOf(states)).toEqual([
      {
        model: 'model',
        circuit: { state: 'closed' },
        inFlight: 1,
        calls: 0,
        errorRate: null,
        latencyMs: null,
        firstTokenMs: null,
      },
    ]);
  });

  it('says why a circuit is open, for how long, and when the vendor refused the key', () => {
    const states = new TargetStates();
    const state = states.target('eu/model');
    const breaker = Object.assign(new BreakerSettings(), { window: 1 });
    const passage = state.breaker.enter(breaker);
    if (!passage) throw new Error('a new circuit is closed');
    state.breaker.failed(passage, 'throttled', 5_000);
    state.accountRefusedAt = new Date('2026-11-24T12:00:00Z');
    const [model] = modelsOf(states);
    expect(model).toMatchObject({
      circuit: { state: 'open', why: 'throttled' },
      lastKeyRefusedAt: '2026-11-24T12:00:00.000Z',
    });
    expect(model?.circuit.retryAfterMs).toBeGreaterThan(4_000);
    expect(model?.circuit.retryAfterMs).toBeLessThanOrEqual(5_000);
  });

  it('leaves out names that were never answered for', () => {
    const states = new TargetStates();
    states.target('eu/planned-only');
    expect(modelsOf(states)).toEqual([]);
  });

  it('shows the latest hundred models of a provider, whatever was asked of the others', () => {
    const states = new TargetStates();
    states.target('groq/first').recent.answered(1);
    for (let at = 0; at < 150; at++) states.target(`eu/model-${at}`).recent.answered(1);
    const models = modelsOf(states).map(({ model }) => model);
    expect(models).toEqual(Array.from({ length: 100 }, (_, at) => `model-${149 - at}`));
    expect(modelsOf(states, 'groq')).toHaveLength(1);
  });
});
