import { EFFORTS, type Effort, type ReasoningRequest } from './conversation.js';

/**
 * Tokens that an effort stands for, where a vendor wants a number. The steps are OpenRouter's published shares (20, 50,
 * 80 and 95 % of the output) of a 32k answer, rounded.
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1_024,
  low: 4_096,
  medium: 16_384,
  high: 24_576,
  xhigh: 30_720,
  max: 32_000,
};

/** @returns tokens, or `undefined` where the request leaves it to the model */
export function budgetOf({ effort, budgetTokens }: ReasoningRequest): number | undefined {
  return budgetTokens ?? (effort && BUDGETS[effort]);
}

/** The effort that a budget comes closest to without falling short of it, or `undefined` where the model decides. */
export function effortOf({ effort, budgetTokens }: ReasoningRequest): Effort | undefined {
  if (effort !== undefined || budgetTokens === undefined) return effort;
  if (budgetTokens === 0) return 'none';
  return EFFORTS.find((candidate) => candidate !== 'none' && BUDGETS[candidate] >= budgetTokens) ?? 'max';
}

/** The strongest effort of those that a vendor knows which is not stronger than the one asked for, else its weakest. */
export function nearestEffort(effort: Effort, known: readonly Effort[]): Effort | undefined {
  const wanted = EFFORTS.indexOf(effort);
  return known.findLast((candidate) => EFFORTS.indexOf(candidate) <= wanted) ?? known[0];
}
