import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { SettingsError, type SettingFault } from '../config/settings.error.js';
import type { ModelSettings } from '../config/settings.js';
import { GatewayError } from '../errors/gateway-error.js';
import { PROVIDER_REGISTRY, type Provider } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { closeMatches } from './close-matches.js';
import { ModelCatalogue } from './model-catalogue.js';
import type { Plan, Target } from './target.js';

/** Finds the targets of a model's public name. */
@Injectable()
export class Router {
  private readonly named: ReadonlyMap<string, Plan>;

  constructor(
    private readonly settings: Settings,
    @Inject(PROVIDER_REGISTRY) private readonly registry: ProviderRegistry,
    private readonly catalogue: ModelCatalogue,
  ) {
    this.named = this.namedPlans();
  }

  /** The names under `models` in the settings. */
  publicNames(): string[] {
    return [...this.named.keys()];
  }

  /**
   * In this order: a name of the settings; `provider/model`; a model id that exactly one provider lists.
   * @throws GatewayError `model_not_found`, naming close matches
   */
  async plan(model: string): Promise<Plan> {
    const plan = this.named.get(model) ?? this.direct(model);
    if (plan) return plan;
    const providers = await this.catalogue.providersOf(model);
    const [only] = providers;
    if (only && providers.length === 1) return this.planFor([{ provider: only, model }]);
    throw await this.notFound(model, providers);
  }

  private direct(model: string): Plan | undefined {
    const slash = model.indexOf('/');
    const provider = slash > 0 ? this.registry.get(model.slice(0, slash)) : undefined;
    const name = model.slice(slash + 1);
    return provider && name !== '' ? this.planFor([{ provider, model: name }]) : undefined;
  }

  private planFor(targets: readonly Target[], model?: ModelSettings): Plan {
    const { retry, timeouts } = this.settings.resilience;
    return {
      targets,
      retry: Object.assign({}, retry, defined(model?.retry)),
      timeouts: Object.assign({}, timeouts, defined(model?.timeouts)),
    };
  }

  private namedPlans(): Map<string, Plan> {
    const faults: SettingFault[] = [];
    const plans = Object.entries(this.settings.models).map(([name, model]): [string, Plan] => {
      const targets = model.targets.flatMap((target, index) => {
        const provider = this.registry.get(target.provider);
        if (provider) return { provider, model: target.model };
        const path = `models.${name}.targets[${index}].provider`;
        faults.push({ path, found: JSON.stringify(target.provider), allowed: this.registry.names().join(' | ') });
        return [];
      });
      return [name, this.planFor(targets, model)];
    });
    if (faults.length > 0) throw new SettingsError(faults);
    return new Map(plans);
  }

  private async notFound(model: string, providers: readonly Provider[]): Promise<GatewayError> {
    if (providers.length > 1) {
      const names = providers.map(({ name }) => `'${name}/${model}'`).join(' or ');
      return new GatewayError('model_not_found', `Several providers serve '${model}': ask for ${names}.`, {
        param: 'model',
      });
    }
    const known = [...this.publicNames(), ...(await this.catalogue.list()).map(({ id }) => id)];
    const close = closeMatches(model, known);
    const hint = close.length > 0 ? ` Did you mean ${close.map((name) => `'${name}'`).join(', ')}?` : '';
    return new GatewayError('model_not_found', `The model '${shorten(model)}' does not exist.${hint}`, {
      param: 'model',
    });
  }
}

function defined<T extends object>(overrides: T | undefined): Partial<T> {
  const partial: Partial<T> = {};
  return Object.assign(
    partial,
    Object.fromEntries(Object.entries(overrides ?? {}).filter(([, value]) => value !== undefined)),
  );
}

function shorten(model: string): string {
  return model.length > 100 ? `${model.slice(0, 100)}…` : model;
}
