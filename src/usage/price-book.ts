import { Injectable } from '@nestjs/common';
import { calcPrice } from '@pydantic/genai-prices';
import { Settings } from '../config/load-settings.js';
import type { PriceOverride } from '../config/settings.js';
import type { TokenUsage } from '../dialects/token-usage.js';
import type { Cost } from '../exchange/attempt.js';
import { toPicoUsd } from '../exchange/money.js';

interface PriceQuery {
  /** The provider's name in the settings. */
  readonly provider: string;
  /** The price catalogue's id of the vendor; `free` costs nothing; `undefined` is in no catalogue. */
  readonly priceId: string | undefined;
  /** Names of the model, the most exact first. */
  readonly models: readonly string[];
  readonly usage: TokenUsage;
  readonly time: Date;
}

/** USD a million tokens is picodollars a token, times this. */
const PICO_PER_TOKEN = 1_000_000;

/** What tokens cost: the settings' overrides first, then @pydantic/genai-prices. An unknown price stays unknown. */
@Injectable()
export class PriceBook {
  private readonly overrides: readonly PriceOverride[];

  constructor(settings: Settings) {
    // The one that is found first holds: of one provider before of all, and then the newest that has begun.
    this.overrides = settings.pricing.overrides.toSorted(
      (a, b) =>
        Number(b.provider !== undefined) - Number(a.provider !== undefined) ||
        (b.from ?? '').localeCompare(a.from ?? ''),
    );
  }

  cost(query: PriceQuery): Cost {
    const override = this.overrideFor(query);
    if (override) return { state: 'priced', picoUsd: overrideCost(override, query.usage), source: 'settings' };
    if (query.priceId === 'free') return { state: 'free' };
    return catalogueCost(query);
  }

  private overrideFor({ provider, models, time }: PriceQuery): PriceOverride | undefined {
    const today = time.toISOString();
    return this.overrides.find(
      (override) =>
        (override.provider === undefined || override.provider === provider) &&
        models.includes(override.model) &&
        (override.from === undefined || override.from <= today),
    );
  }
}

/** Audio has no field of its own in an override; it is charged as text. A cache price that is left out is the input's. */
function overrideCost(override: PriceOverride, usage: TokenUsage): bigint {
  const { inputUsdPerMillion: input, outputUsdPerMillion: output } = override;
  const charges: [tokens: number | undefined, usdPerMillion: number][] = [
    [usage.inputTokens, input],
    [usage.audioInputTokens, input],
    [usage.cacheReadTokens, override.cacheReadUsdPerMillion ?? input],
    [usage.cacheWriteTokens, override.cacheWriteUsdPerMillion ?? input],
    [usage.outputTokens, output],
    [usage.audioOutputTokens, output],
  ];
  return charges.reduce(
    (sum, [tokens = 0, usdPerMillion]) => sum + BigInt(tokens) * BigInt(Math.round(usdPerMillion * PICO_PER_TOKEN)),
    0n,
  );
}

/** The catalogue's totals include their parts, as OpenAI's do. */
function catalogueCost({ priceId, models, usage, time }: PriceQuery): Cost {
  if (priceId === undefined) return { state: 'unknown' };
  const { cacheReadTokens = 0, cacheWriteTokens = 0, audioInputTokens = 0, audioOutputTokens = 0 } = usage;
  const counts = {
    input_tokens: usage.inputTokens + cacheReadTokens + cacheWriteTokens + audioInputTokens,
    cache_read_tokens: cacheReadTokens,
    cache_write_tokens: cacheWriteTokens,
    input_audio_tokens: audioInputTokens,
    // No vendor says how much of the cached input was audio; our buckets keep them apart.
    cache_audio_read_tokens: 0,
    output_tokens: usage.outputTokens + audioOutputTokens,
    output_audio_tokens: audioOutputTokens,
  };
  for (const model of models) {
    const price = calcPrice(counts, model, { providerId: priceId, timestamp: time });
    if (!price || !hasTokenPrice(price.model_price)) continue;
    const picoUsd = toPicoUsd(price.total_price);
    return { state: 'priced', picoUsd, source: `genai-prices ${price.provider.id}/${price.model.id}` };
  }
  return { state: 'unknown' };
}

/** A model that is charged by the second or the image has no price for tokens, which is not a price of 0. */
function hasTokenPrice(price: Readonly<Record<string, unknown>>): boolean {
  return price['input_mtok'] !== undefined || price['output_mtok'] !== undefined;
}
