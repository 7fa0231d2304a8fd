import { Injectable } from '@nestjs/common';
import { calcPrice } from '@pydantic/genai-prices';
import { LRUCache } from 'lru-cache';
import type { Capabilities } from './capabilities.js';
import type { Target } from './target.js';

/** Callers can name any model of a provider, so that there is no end of keys. */
const MAX_MODELS = 2_000;
/** As long as a model's name in the settings may be; a longer one is in no catalogue. */
const MAX_NAME_CHARACTERS = 256;
const NO_USAGE = {};
const NOTHING_KNOWN: Capabilities = {};

/**
 * What is known of a target's model: the settings first, then @pydantic/genai-prices, which has the context of some
 * hundreds of models. Whether a model takes images, tools or a JSON schema is in the settings only, and assumed where
 * they do not say it.
 */
@Injectable()
export class ModelCapabilities {
  private readonly catalogued = new LRUCache<string, Capabilities>({ max: MAX_MODELS });

  /** Bound, so that it can be handed on as it is. */
  readonly of = (target: Target): Capabilities => {
    const { capabilities } = target;
    if (capabilities?.contextTokens !== undefined) return capabilities;
    const found = this.lookUp(target);
    return capabilities ? Object.assign({}, capabilities, found) : found;
  };

  private lookUp(target: Target): Capabilities {
    if (target.model.length > MAX_NAME_CHARACTERS) return NOTHING_KNOWN;
    const kept = this.catalogued.get(target.key);
    if (kept) return kept;
    const found = fromCatalogue(target);
    this.catalogued.set(target.key, found);
    return found;
  }
}

/** The price of nothing comes with all that the catalogue has on the model. */
function fromCatalogue({ provider: { priceId }, model }: Target): Capabilities {
  // Without a vendor's id the catalogue would guess the vendor by the model's name.
  if (priceId === undefined) return NOTHING_KNOWN;
  const contextTokens = calcPrice(NO_USAGE, model, { providerId: priceId })?.model.context_window;
  return contextTokens === undefined ? NOTHING_KNOWN : { contextTokens };
}
