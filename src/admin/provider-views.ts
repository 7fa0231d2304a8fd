import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { type ConfiguredProvider, configuredProviders } from '../providers/configured-providers.js';
import { PROVIDER_REGISTRY } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { TargetState } from '../resilience/target-state.js';
import { TargetStates } from '../resilience/target-states.js';
import type { ModelStateDto, ProviderStateDto } from './providers.dto.js';
import { circuitView, latencyView, millisecondsView } from './target-state-view.js';

/** A caller can ask a provider for any number of names. */
const MAX_MODELS = 100;

/** What this process knows of each provider, as an operator sees it: no setting that could hold a secret. */
@Injectable()
export class ProviderViews {
  private readonly configured: readonly ConfiguredProvider[];

  constructor(
    settings: Settings,
    @Inject(PROVIDER_REGISTRY) private readonly registry: ProviderRegistry,
    private readonly states: TargetStates,
  ) {
    this.configured = configuredProviders(settings);
  }

  all(): ProviderStateDto[] {
    const models = this.modelsByProvider();
    return this.configured.map(({ name, type, settings }) => {
      const { bulkhead, retryBudget } = this.states.provider(name);
      return {
        name,
        type,
        speaks: [...(this.registry.get(name)?.speaks ?? [])],
        concurrency: {
          running: bulkhead.runningCalls,
          queued: bulkhead.queuedCalls,
          maxCalls: settings.concurrency.maxCalls,
        },
        retries: { running: retryBudget.runningRetries },
        models: models.get(name) ?? [],
      };
    });
  }

  private modelsByProvider(): Map<string, ModelStateDto[]> {
    const byProvider = new Map<string, ModelStateDto[]>();
    for (const [key, state] of this.states.targets()) {
      if (!wasCalled(state)) continue;
      // Names of providers have no slash in them, those of models may.
      const slash = key.indexOf('/');
      const provider = key.slice(0, slash);
      const models = byProvider.get(provider) ?? [];
      if (models.length < MAX_MODELS) models.push(modelView(key.slice(slash + 1), state));
      byProvider.set(provider, models);
    }
    return byProvider;
  }
}

/** A name that no vendor knows, or that was only planned for, leaves nothing worth showing. */
function wasCalled({ isNeeded, recent, accountRefusedAt }: TargetState): boolean {
  return isNeeded || recent.count > 0 || accountRefusedAt !== undefined;
}

function modelView(model: string, state: TargetState): ModelStateDto {
  const { breaker, recent, inFlight, firstTokenMs, accountRefusedAt } = state;
  return {
    model,
    circuit: circuitView(breaker),
    inFlight,
    calls: recent.count,
    errorRate: recent.errorRate() ?? null,
    latencyMs: latencyView(recent),
    firstTokenMs: millisecondsView(firstTokenMs),
    ...(accountRefusedAt && { lastKeyRefusedAt: accountRefusedAt.toISOString() }),
  };
}
