import { Inject, Injectable } from '@nestjs/common';
import { PROVIDER_REGISTRY, type Provider } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

/** A model as `provider/model` names it. */
interface CatalogueModel {
  readonly id: string;
  readonly provider: string;
}

interface Listing {
  readonly models: readonly string[];
  readonly expiresAtMs: number;
}

const LIST_TIMEOUT_MS = 5_000;
const KEEP_MS = 600_000;
/** A vendor that could not say is asked again soon, and not by every request. */
const KEEP_FAILURE_MS = 15_000;

/**
 * What each provider lists, asked for when somebody needs it and kept for a while. A vendor that does not answer keeps
 * its last list and never fails the caller.
 */
@Injectable()
export class ModelCatalogue {
  private readonly listings = new Map<string, Listing>();
  private readonly underWay = new Map<string, Promise<readonly string[]>>();

  constructor(@Inject(PROVIDER_REGISTRY) private readonly registry: ProviderRegistry) {}

  async list(): Promise<CatalogueModel[]> {
    const listed = await this.listAll();
    return listed.flatMap(({ provider, models }) =>
      models.map((model) => ({ id: `${provider.name}/${model}`, provider: provider.name })),
    );
  }

  async providersOf(model: string): Promise<Provider[]> {
    const listed = await this.listAll();
    return listed.filter(({ models }) => models.includes(model)).map(({ provider }) => provider);
  }

  private listAll(): Promise<{ provider: Provider; models: readonly string[] }[]> {
    return Promise.all(
      this.registry.all().map(async (provider) => ({ provider, models: await this.modelsOf(provider) })),
    );
  }

  /** Waits for a vendor only while nothing is known of it; an old list is used until the new one is there. */
  private modelsOf(provider: Provider): Promise<readonly string[]> | readonly string[] {
    const kept = this.listings.get(provider.name);
    if (kept && kept.expiresAtMs > Date.now()) return kept.models;
    let request = this.underWay.get(provider.name);
    if (!request) {
      request = this.refresh(provider, kept?.models ?? []).finally(() => this.underWay.delete(provider.name));
      this.underWay.set(provider.name, request);
    }
    return kept?.models ?? request;
  }

  private async refresh(provider: Provider, last: readonly string[]): Promise<readonly string[]> {
    let listing: Listing;
    try {
      const models = await provider.listModels(AbortSignal.timeout(LIST_TIMEOUT_MS));
      listing = { models, expiresAtMs: Date.now() + KEEP_MS };
    } catch {
      listing = { models: last, expiresAtMs: Date.now() + KEEP_FAILURE_MS };
    }
    this.listings.set(provider.name, listing);
    return listing.models;
  }
}
