import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { TargetStates } from '../resilience/target-states.js';
import { type Needs, type OpenQuestions, couldLack, fitTargets } from '../routing/capabilities.js';
import { ModelCapabilities } from '../routing/model-capabilities.js';
import { type TargetFacts, orderTargets } from '../routing/order-targets.js';
import { Router } from '../routing/router.js';
import type { ModelRoute, Plan, Target } from '../routing/target.js';
import { PriceBook } from '../usage/price-book.js';

/** What a request says of where it wants to go. */
export interface PlanQuery {
  /** The model's public name. */
  readonly model: string;
  /** Names of models to ask after those of `model`. */
  readonly fallbacks: readonly string[];
  /** Finds out what the request needs; it is asked where the targets differ in that. */
  readonly needs: (questions: OpenQuestions) => Promise<Needs>;
}

/** Three parts in and one part out: chosen, not measured. */
const TYPICAL_USAGE = { inputTokens: 3_000, outputTokens: 1_000 };
const PRICES_KEPT = 10_000;
/** A price may have a day on which it begins. */
const PRICE_TTL_MS = 3_600_000;

/** Brings together where a model is served, what a request needs and what is known of the targets at this moment. */
@Injectable()
export class Planner {
  private readonly prices = new LRUCache<string, { readonly picoUsd: bigint | undefined }>({
    max: PRICES_KEPT,
    ttl: PRICE_TTL_MS,
  });
  private readonly facts: TargetFacts;

  constructor(
    private readonly router: Router,
    private readonly states: TargetStates,
    private readonly capabilities: ModelCapabilities,
    private readonly priceBook: PriceBook,
  ) {
    this.facts = {
      firstTokenMs: ({ key }) => this.states.target(key).firstTokenMs,
      inFlight: ({ key }) => this.states.target(key).inFlight,
      picoUsd: (target) => this.typicalPicoUsd(target),
    };
  }

  /** @throws GatewayError `model_not_found` */
  async plan({ model, fallbacks, needs }: PlanQuery): Promise<Plan> {
    const route = await this.router.route(model);
    const targets = fallbacks.length === 0 ? route.targets : await this.withFallbacks(route, fallbacks);
    const questions = couldLack(targets, this.capabilities.of);
    const fit = questions
      ? fitTargets(targets, await needs(questions), this.capabilities.of)
      : { targets, skipped: [] };
    return { ...route, targets: this.ordered(route, fit.targets), skipped: fit.skipped };
  }

  /** The price of a request of 3,000 tokens in and 1,000 out. */
  typicalPicoUsd({ key, provider, model }: Target): bigint | undefined {
    const kept = this.prices.get(key);
    if (kept) return kept.picoUsd;
    const { name, priceId } = provider;
    const query = { provider: name, priceId, models: [model], usage: TYPICAL_USAGE, time: new Date() };
    const cost = this.priceBook.cost(query);
    const picoUsd = cost.state === 'priced' ? cost.picoUsd : cost.state === 'free' ? 0n : undefined;
    this.prices.set(key, { picoUsd });
    return picoUsd;
  }

  /** Fallbacks come after the model's own targets, in the order in which they were asked for. */
  private ordered({ strategy, targets }: ModelRoute, fitting: readonly Target[]): readonly Target[] {
    const own = fitting.filter((target) => targets.includes(target));
    return [...orderTargets(strategy, own, this.facts), ...fitting.slice(own.length)];
  }

  /** A fallback that is among the model's own targets is no other place. */
  private async withFallbacks({ targets }: ModelRoute, names: readonly string[]): Promise<readonly Target[]> {
    const all = [...targets, ...(await this.router.fallbacks(names))];
    const keys = new Set<string>();
    return all.filter(({ key }) => !keys.has(key) && keys.add(key));
  }
}
