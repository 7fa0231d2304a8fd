import type { Settings } from '../config/load-settings.js';
import { SettingsError, type SettingFault } from '../config/settings.error.js';
import { ConcurrencySettings, type ModelSettings, type TargetSettings } from '../config/settings.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import type { ModelRoute, Target } from './target.js';

/** All of a target that its provider decides. */
type Place = Omit<Target, 'model' | 'key'>;

/** Puts together what the settings say of a model, of its providers and of everything. */
export class RouteBuilder {
  private readonly places: ReadonlyMap<string, Place>;

  constructor(
    private readonly settings: Settings,
    private readonly registry: ProviderRegistry,
  ) {
    this.places = placesOf(settings, registry);
  }

  /**
   * The models of the settings by their public names.
   * @throws SettingsError with every target whose provider does not exist
   */
  named(): ReadonlyMap<string, ModelRoute> {
    const faults: SettingFault[] = [];
    const routes = Object.entries(this.settings.models).map(([name, model]): [string, ModelRoute] => {
      const targets = model.targets.flatMap((target, index) => {
        const place = this.places.get(target.provider);
        if (place) return namedTarget(place, target, model);
        const path = `models.${name}.targets[${index}].provider`;
        faults.push({ path, found: JSON.stringify(target.provider), allowed: this.registry.names().join(' | ') });
        return [];
      });
      return [name, this.namedRoute(targets, model)];
    });
    if (faults.length > 0) throw new SettingsError(faults);
    return new Map(routes);
  }

  /** A vendor's model at one provider; `undefined` where there is no such provider. */
  direct(provider: string, model: string): ModelRoute | undefined {
    const place = this.places.get(provider);
    if (!place) return undefined;
    const { retry, streamRecovery } = this.settings.resilience;
    const target = { ...place, model, key: `${provider}/${model}` };
    return { strategy: 'priority', targets: [target], retry, totalMs: place.timeouts.totalMs, streamRecovery };
  }

  private namedRoute(targets: readonly Target[], model: ModelSettings): ModelRoute {
    const { retry, timeouts, streamRecovery } = this.settings.resilience;
    return {
      strategy: model.strategy,
      targets,
      retry: overlay(retry, model.retry),
      // A target's clocks have the model's own in them already.
      totalMs: targets[0]?.timeouts.totalMs ?? timeouts.totalMs,
      streamRecovery: model.streamRecovery ?? streamRecovery,
    };
  }
}

function placesOf(settings: Settings, registry: ProviderRegistry): Map<string, Place> {
  const { timeouts, breaker } = settings.resilience;
  const given = new Map(Object.entries(settings.providers));
  const concurrency = new ConcurrencySettings();
  return new Map(
    registry.all().map((provider) => {
      // A provider whose key comes from the environment has no settings of its own.
      const own = given.get(provider.name);
      const place: Place = {
        provider,
        weight: 1,
        capabilities: undefined,
        timeouts: overlay(timeouts, own?.timeouts),
        breaker,
        concurrency: own?.concurrency ?? concurrency,
      };
      return [provider.name, place];
    }),
  );
}

function namedTarget(place: Place, target: TargetSettings, model: ModelSettings): Target {
  return {
    ...place,
    model: target.model,
    key: `${target.provider}/${target.model}`,
    weight: target.weight,
    capabilities: target.capabilities,
    timeouts: overlay(place.timeouts, model.timeouts),
    breaker: overlay(place.breaker, model.breaker),
  };
}

/** The settings with those that `overrides` has values for in their places. */
function overlay<T extends object>(settings: T, overrides: Partial<T> | undefined): T {
  const given = Object.entries(overrides ?? {}).filter(([, value]) => value !== undefined);
  return Object.assign({}, settings, Object.fromEntries(given));
}
