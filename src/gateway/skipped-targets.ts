import type { Exchange } from '../exchange/exchange.js';
import type { SkipReason, Target } from '../routing/target.js';

/** Records why a target was not called. */
export function skip(exchange: Exchange, { provider, model }: Target, reason: SkipReason): void {
  exchange.skipped.push({ provider: provider.name, model, reason });
}
