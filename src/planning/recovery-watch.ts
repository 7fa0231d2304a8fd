import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PROVIDER_REGISTRY, type Provider } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { CircuitBreaker } from '../resilience/circuit-breaker.js';
import { TargetStates } from '../resilience/target-states.js';

const EVERY_MS = 5_000;
/** Less, so that one answer is there, or given up, before the next is asked for. */
const LIST_TIMEOUT_MS = 3_000;

/**
 * Notices that a vendor which was down is back, sooner than its circuits would try: it asks for the list of models,
 * which costs nothing. A list that came all along says nothing of the models, and changes nothing.
 */
@Injectable()
export class RecoveryWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private readonly shutdown = new AbortController();
  /** Providers whose list did not come when it was asked for last. */
  private readonly down = new Set<string>();

  constructor(
    @Inject(PROVIDER_REGISTRY) private readonly registry: ProviderRegistry,
    private readonly states: TargetStates,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.shutdown.abort();
  }

  private look(): void {
    const circuits = this.openCircuits();
    for (const name of this.down) if (!circuits.has(name)) this.down.delete(name);
    for (const name of circuits.keys()) {
      const provider = this.registry.get(name);
      if (provider) void this.ask(provider);
    }
  }

  /** By provider. */
  private openCircuits(): Map<string, CircuitBreaker[]> {
    const open = new Map<string, CircuitBreaker[]>();
    for (const [key, { breaker }] of this.states.targets()) {
      if (breaker.openForMs === 0) continue;
      const name = key.slice(0, key.indexOf('/'));
      open.set(name, [...(open.get(name) ?? []), breaker]);
    }
    return open;
  }

  private async ask(provider: Provider): Promise<void> {
    const { name } = provider;
    try {
      await provider.listModels(AbortSignal.any([this.shutdown.signal, AbortSignal.timeout(LIST_TIMEOUT_MS)]));
      if (!this.down.delete(name)) return;
      for (const breaker of this.openCircuits().get(name) ?? []) breaker.probeNow();
    } catch {
      this.down.add(name);
    }
  }
}
