import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { GatewayError } from '../errors/gateway-error.js';
import { PROVIDER_REGISTRY, type Provider } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { closeMatches } from './close-matches.js';
import { ModelCatalogue } from './model-catalogue.js';
import { RouteBuilder } from './route-builder.js';
import type { ModelRoute, Target } from './target.js';

/** What is known of a target is kept under its name, so that no caller may make that as long as it likes. */
const MAX_NAME_CHARACTERS = 512;

/** How many names of fallbacks a request may have. */
export const MAX_FALLBACKS = 8;

/** Finds the targets of a model's public name. */
@Injectable()
export class Router {
  private readonly builder: RouteBuilder;
  private readonly named: ReadonlyMap<string, ModelRoute>;

  constructor(
    settings: Settings,
    @Inject(PROVIDER_REGISTRY) registry: ProviderRegistry,
    private readonly catalogue: ModelCatalogue,
  ) {
    this.builder = new RouteBuilder(settings, registry);
    this.named = this.builder.named();
  }

  /** The names under `models` in the settings. */
  publicNames(): string[] {
    return [...this.named.keys()];
  }

  /**
   * In this order: a name of the settings; `provider/model`; a model id that exactly one provider lists.
   * @throws GatewayError `model_not_found`, naming close matches
   */
  async route(model: string): Promise<ModelRoute> {
    return this.resolve(model, 'model');
  }

  /**
   * The targets of all these names, each found as `route` finds it, in their order; one may be in it twice.
   * @throws GatewayError `model_not_found`, with the place of the name in `fallbacks`
   */
  async fallbacks(names: readonly string[]): Promise<readonly Target[]> {
    const targets: Target[] = [];
    // One after the other, so that a list of wrong names costs no more than its first.
    for (const [index, name] of names.entries()) {
      targets.push(...(await this.resolve(name, `fallbacks[${index}]`)).targets);
    }
    return targets;
  }

  /** @param param the request's field that has the name */
  private async resolve(model: string, param: string): Promise<ModelRoute> {
    const route = this.named.get(model) ?? this.direct(model);
    if (route) return route;
    const providers = await this.catalogue.providersOf(model);
    const [only] = providers;
    const listed = only && providers.length === 1 ? this.builder.direct(only.name, model) : undefined;
    if (listed) return listed;
    throw new GatewayError('model_not_found', await this.notFound(model, providers), { param });
  }

  private direct(model: string): ModelRoute | undefined {
    const slash = model.indexOf('/');
    if (slash < 1 || slash === model.length - 1 || model.length > MAX_NAME_CHARACTERS) return undefined;
    return this.builder.direct(model.slice(0, slash), model.slice(slash + 1));
  }

  /** What to tell a caller who asked for a model that several providers list, or none. */
  private async notFound(model: string, providers: readonly Provider[]): Promise<string> {
    if (providers.length > 1) {
      const names = providers.map(({ name }) => `'${name}/${model}'`).join(' or ');
      return `Several providers serve '${model}': ask for ${names}.`;
    }
    const known = [...this.publicNames(), ...(await this.catalogue.list()).map(({ id }) => id)];
    const close = closeMatches(model, known);
    const hint = close.length > 0 ? ` Did you mean ${close.map((name) => `'${name}'`).join(', ')}?` : '';
    return `The model '${shorten(model)}' does not exist.${hint}`;
  }
}

function shorten(model: string): string {
  return model.length > 100 ? `${model.slice(0, 100)}…` : model;
}
