import { describe, expect, it, vi } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, ModelSettings, PriceOverride, PricingSettings, TargetSettings } from '../config/settings.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { TargetStates } from '../resilience/target-states.js';
import type { Needs } from '../routing/capabilities.js';
import { ModelCapabilities } from '../routing/model-capabilities.js';
import { ModelCatalogue } from '../routing/model-catalogue.js';
import { Router } from '../routing/router.js';
import type { Plan } from '../routing/target.js';
import { PriceBook } from '../usage/price-book.js';
import { Planner } from './planner.js';

const NOTHING: Needs = { inputTokens: undefined, images: false, tools: false, jsonSchema: false };
const PRICES: Readonly<Record<string, number>> = { dear: 10, cheap: 1, middling: 5 };

function target(provider: string, settings: Partial<TargetSettings> = {}): TargetSettings {
  return Object.assign(new TargetSettings(), { provider, model: 'm', ...settings });
}

function house(models: Readonly<Record<string, Partial<ModelSettings>>>) {
  const overrides = Object.entries(PRICES).map(([provider, usd]) =>
    Object.assign(new PriceOverride(), {
      provider,
      model: 'm',
      inputUsdPerMillion: usd,
      outputUsdPerMillion: usd,
    }),
  );
  const settings = new Settings(
    Object.assign(new FileSettings(), {
      models: Object.fromEntries(
        Object.entries(models).map(([name, model]) => [name, Object.assign(new ModelSettings(), model)]),
      ),
      pricing: Object.assign(new PricingSettings(), { overrides }),
    }),
    new EnvironmentSettings(),
    new Map(),
    [],
  );
  const names = ['dear', 'cheap', 'middling', 'unpriced'];
  const registry = new ProviderRegistry(names.map((name) => stubProvider({ name })));
  const states = new TargetStates();
  const priceBook = new PriceBook(settings);
  const router = new Router(settings, registry, new ModelCatalogue(registry));
  return { states, priceBook, planner: new Planner(router, states, new ModelCapabilities(), priceBook) };
}

function keysOf({ targets }: Plan): string[] {
  return targets.map(({ key }) => key);
}

const all = ['unpriced', 'dear', 'cheap', 'middling'].map((name) => target(name));
const needs = async (): Promise<Needs> => NOTHING;

describe('Planner', () => {
  it('asks the cheapest first, and one without a price last', async () => {
    const { planner, priceBook } = house({ smart: { strategy: 'cheapest', targets: all } });
    const cost = vi.spyOn(priceBook, 'cost');
    const query = { model: 'smart', fallbacks: [], needs };
    expect(keysOf(await planner.plan(query))).toEqual(['cheap/m', 'middling/m', 'dear/m', 'unpriced/m']);
    const asked = cost.mock.calls.length;
    await planner.plan(query);
    expect(cost).toHaveBeenCalledTimes(asked);
  });

  it('asks the one with the fewest calls first', async () => {
    const { planner, states } = house({ smart: { strategy: 'least-busy', targets: all } });
    states.target('unpriced/m').inFlight = 2;
    states.target('dear/m').inFlight = 1;
    const plan = await planner.plan({ model: 'smart', fallbacks: [], needs });
    expect(keysOf(plan)).toEqual(['cheap/m', 'middling/m', 'dear/m', 'unpriced/m']);
  });

  it('asks the one that begins soonest first', async () => {
    const { planner, states } = house({ smart: { strategy: 'least-latency', targets: all.slice(1) } });
    states.target('dear/m').firstToken.record(900);
    states.target('cheap/m').firstToken.record(300);
    states.target('middling/m').firstToken.record(600);
    const plan = await planner.plan({ model: 'smart', fallbacks: [], needs });
    expect(keysOf(plan)).toEqual(['cheap/m', 'middling/m', 'dear/m']);
  });

  it('asks fallbacks last and in their order, whatever the strategy, and none of them twice', async () => {
    const { planner } = house({
      smart: { strategy: 'cheapest', targets: [target('dear'), target('middling')] },
      other: { targets: [target('dear'), target('cheap')] },
    });
    const plan = await planner.plan({ model: 'smart', fallbacks: ['unpriced/x', 'other', 'unpriced/x'], needs });
    expect(keysOf(plan)).toEqual(['middling/m', 'dear/m', 'unpriced/x', 'cheap/m']);
  });

  it('refuses a fallback that does not exist', async () => {
    const { planner } = house({ smart: { targets: all } });
    await expect(planner.plan({ model: 'smart', fallbacks: ['dear/m', 'nowhere/x'], needs })).rejects.toMatchObject({
      kind: 'model_not_found',
      param: 'fallbacks[1]',
    });
  });

  it('leaves out who cannot take the request, with the reason', async () => {
    const { planner } = house({
      smart: { targets: [target('dear', { capabilities: { images: false } }), target('cheap')] },
    });
    const wanted = vi.fn<() => Promise<Needs>>().mockResolvedValue({ ...NOTHING, images: true });
    const plan = await planner.plan({ model: 'smart', fallbacks: [], needs: wanted });
    expect(keysOf(plan)).toEqual(['cheap/m']);
    expect(plan.skipped).toMatchObject([{ target: { key: 'dear/m' }, reason: 'images' }]);
    expect(wanted).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ images: true, tools: false }));
  });

  it('does not find out what a request needs where that decides nothing', async () => {
    const { planner } = house({ smart: { targets: all } });
    const wanted = vi.fn<() => Promise<Needs>>();
    await planner.plan({ model: 'smart', fallbacks: [], needs: wanted });
    await planner.plan({ model: 'dear/m', fallbacks: [], needs: wanted });
    expect(wanted).not.toHaveBeenCalled();
  });
});
