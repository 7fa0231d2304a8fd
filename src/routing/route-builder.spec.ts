import { describe, expect, it } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import {
  BreakerSettings,
  ConcurrencySettings,
  FileSettings,
  ModelSettings,
  ProviderSettings,
  ResilienceSettings,
  RetrySettings,
  type TargetSettings,
  TimeoutSettings,
} from '../config/settings.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { RouteBuilder } from './route-builder.js';
import type { ModelRoute } from './target.js';

const registry = new ProviderRegistry(['openai', 'claude', 'constructor'].map((name) => stubProvider({ name })));
const { retry, timeouts, breaker } = new ResilienceSettings();
const gpt: TargetSettings = { provider: 'openai', model: 'gpt-4o', weight: 1 };
const sonnet: TargetSettings = { provider: 'claude', model: 'sonnet', weight: 1 };

interface Given {
  readonly model?: Partial<ModelSettings>;
  readonly openai?: Partial<ProviderSettings>;
  readonly resilience?: Partial<ResilienceSettings>;
}

function builderOf({ model, openai, resilience }: Given): RouteBuilder {
  const file = Object.assign(new FileSettings(), {
    models: model ? { smart: Object.assign(new ModelSettings(), { targets: [gpt, sonnet] }, model) } : {},
    providers: openai ? { openai: Object.assign(new ProviderSettings(), openai) } : {},
    resilience: Object.assign(new ResilienceSettings(), resilience),
  });
  return new RouteBuilder(new Settings(file, new EnvironmentSettings(), new Map(), []), registry);
}

function smartRoute(given: Given): ModelRoute {
  const route = builderOf({ model: {}, ...given })
    .named()
    .get('smart');
  if (!route) throw new Error('no route');
  return route;
}

describe('a target', () => {
  it('is known by its provider and model, and has the weight and capabilities of its settings', () => {
    const capabilities = { contextTokens: 8_000, images: false };
    const { targets } = smartRoute({
      model: { targets: [{ provider: 'openai', model: 'gpt-4o', weight: 3, capabilities }, sonnet] },
    });
    expect(targets).toMatchObject([
      { key: 'openai/gpt-4o', model: 'gpt-4o', provider: { name: 'openai' }, weight: 3, capabilities },
      { key: 'claude/sonnet', model: 'sonnet', provider: { name: 'claude' }, weight: 1, capabilities: undefined },
    ]);
  });

  it('has each clock of its model, else of its provider, else of the gateway', () => {
    const { targets } = smartRoute({
      model: { timeouts: { firstTokenMs: 1, idleMs: undefined } },
      openai: { timeouts: { firstTokenMs: 2, idleMs: 2, headersMs: 2 } },
      resilience: { timeouts: Object.assign(new TimeoutSettings(), { firstTokenMs: 3, idleMs: 3, connectMs: 3 }) },
    });
    expect(targets.map((target) => target.timeouts)).toEqual([
      { connectMs: 3, firstTokenMs: 1, idleMs: 2, headersMs: 2, totalMs: timeouts.totalMs },
      { connectMs: 3, firstTokenMs: 1, idleMs: 3, headersMs: undefined, totalMs: timeouts.totalMs },
    ]);
  });

  it('has its model’s breaker, else the gateway’s', () => {
    const own = Object.assign(new BreakerSettings(), { window: 5 });
    expect(smartRoute({ model: { breaker: own } }).targets[0]?.breaker).toEqual(own);
    expect(smartRoute({}).targets[0]?.breaker).toEqual(breaker);
  });

  it('has its provider’s concurrency, and the default where the provider has no settings', () => {
    const concurrency = Object.assign(new ConcurrencySettings(), { maxCalls: 2 });
    const [first, second] = smartRoute({ openai: { concurrency } }).targets;
    expect(first?.concurrency).toEqual(concurrency);
    expect(second?.concurrency).toEqual(new ConcurrencySettings());
    expect(builderOf({}).direct('constructor', 'm')?.targets[0]?.concurrency).toEqual(new ConcurrencySettings());
  });
});

describe('a model’s route', () => {
  it('has the model’s strategy, retries and recovery, else the gateway’s', () => {
    expect(smartRoute({})).toMatchObject({ strategy: 'priority', retry, streamRecovery: 'continue' });
    const model = {
      strategy: 'cheapest',
      retry: { maxAttempts: 1, budgetPercent: undefined },
      streamRecovery: 'error',
    } as const;
    const own = Object.assign(new RetrySettings(), { maxAttempts: 1 });
    expect(smartRoute({ model })).toMatchObject({ strategy: 'cheapest', retry: own, streamRecovery: 'error' });
    expect(smartRoute({ resilience: { streamRecovery: 'error' } }).streamRecovery).toBe('error');
  });

  it.each<[whose: string, given: Given, totalMs: number]>([
    ['the model’s', { model: { timeouts: { totalMs: 1 } }, openai: { timeouts: { totalMs: 2 } } }, 1],
    ['its first target’s provider’s', { openai: { timeouts: { totalMs: 2 } } }, 2],
    ['the gateway’s', { model: { targets: [sonnet, gpt] }, openai: { timeouts: { totalMs: 2 } } }, timeouts.totalMs],
  ])('has %s time for the whole request', (_, given, totalMs) => {
    expect(smartRoute(given).totalMs).toBe(totalMs);
  });
});

describe('a direct route', () => {
  it('has one target with the clocks and the concurrency of its provider', () => {
    const concurrency = Object.assign(new ConcurrencySettings(), { maxCalls: 2 });
    const builder = builderOf({ openai: { timeouts: { totalMs: 2, idleMs: 1 }, concurrency } });
    expect(builder.direct('openai', 'ft:gpt/x')).toEqual({
      strategy: 'priority',
      targets: [
        {
          provider: registry.get('openai'),
          model: 'ft:gpt/x',
          key: 'openai/ft:gpt/x',
          weight: 1,
          capabilities: undefined,
          timeouts: Object.assign(new TimeoutSettings(), { totalMs: 2, idleMs: 1 }),
          breaker,
          concurrency,
        },
      ],
      retry,
      totalMs: 2,
      streamRecovery: 'continue',
    });
  });

  it('leads nowhere where there is no such provider', () => {
    expect(builderOf({}).direct('toString', 'm')).toBeUndefined();
  });
});
