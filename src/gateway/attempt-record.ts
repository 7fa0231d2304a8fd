import { UpstreamError } from '../errors/upstream-error.js';
import type { AttemptOutcome } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Target } from '../routing/target.js';

/** Opens an attempt in the exchange. The function that it returns ends it, with the error where there was one. */
export function startAttempt(
  exchange: Exchange,
  { provider, model }: Target,
  waitedMs: number,
): (error?: unknown) => void {
  const end = exchange.startAttempt({ provider: provider.name, model }, waitedMs);
  return (error) => end(error === undefined ? { kind: 'ok' } : outcomeOf(error));
}

function outcomeOf(error: unknown): AttemptOutcome {
  if (!(error instanceof UpstreamError)) return { kind: 'cancelled' };
  const { failure } = error;
  return { kind: 'failed', reason: failure.reason, status: failure.reason === 'status' ? failure.status : undefined };
}
