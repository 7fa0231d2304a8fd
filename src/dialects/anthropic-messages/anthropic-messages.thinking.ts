import type { Effort, JsonObject, ReasoningRequest } from '../conversation.js';
import type { Losses } from '../losses.js';
import { budgetOf, effortOf, nearestEffort } from '../reasoning-effort.js';
import type { Turn } from './anthropic-messages.messages.encode.js';
import type { ModelTraits } from './anthropic-messages.models.js';

/** @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking */
const MIN_BUDGET = 1_024;
/** How much of an answer's room thinking may take where the client named an effort: OpenRouter's share of a high one. */
const MAX_SHARE = 0.8;

interface Surroundings {
  readonly traits: ModelTraits;
  readonly turns: readonly Turn[];
  /** The model has to call a tool: Anthropic lets none think that has to. */
  readonly forced: boolean;
  readonly maxTokens: number;
  /** The client set no limit of its own. */
  readonly isOwnChoice: boolean;
  readonly losses: Losses;
}

export interface Thinking {
  readonly thinking?: { readonly type: string } & JsonObject;
  readonly effort?: Effort | undefined;
}

/** How much the model is to think, in the way that this model takes it. A wish to see thoughts asks for none. */
export function encodeThinking(reasoning: ReasoningRequest | undefined, around: Surroundings): Thinking {
  const { effort: asked, budgetTokens, adaptive } = reasoning ?? {};
  if (!reasoning || (asked ?? budgetTokens ?? adaptive) === undefined) return {};
  const { traits, losses, forced } = around;
  if (budgetOf(reasoning) === 0) return withoutThinking(traits, losses);
  if (traits.thinking === 'none') return loss(losses);
  const byEffort =
    traits.thinking === 'adaptive' || (traits.thinking === 'either' && reasoning.budgetTokens === undefined);
  const effort = byEffort ? effortFor(reasoning, traits) : undefined;
  if (forced) return { ...loss(losses), effort };
  if (byEffort) return { thinking: { type: 'adaptive', ...display(reasoning, true) }, effort };

  const budget = budgetFor(reasoning, around);
  if (budget === undefined || lacksThinking(around.turns)) return loss(losses);
  return { thinking: { type: 'enabled', budget_tokens: budget, ...display(reasoning, traits.thinking === 'either') } };
}

function withoutThinking({ thinking, canStopThinking }: ModelTraits, losses: Losses): Thinking {
  if (thinking === 'none') return {};
  return canStopThinking ? { thinking: { type: 'disabled' } } : { ...loss(losses), effort: 'low' };
}

function effortFor(reasoning: ReasoningRequest, { efforts }: ModelTraits): Effort | undefined {
  const wanted = effortOf(reasoning);
  return wanted && nearestEffort(wanted, efforts);
}

/** @returns `undefined` where the answer has no room for the least budget */
function budgetFor(reasoning: ReasoningRequest, { maxTokens }: Surroundings): number | undefined {
  if (maxTokens <= MIN_BUDGET) return undefined;
  // Left to the model, or not said how much.
  const wanted = Math.max(MIN_BUDGET, budgetOf(reasoning) ?? budgetOf({ effort: 'medium' }) ?? MIN_BUDGET);
  if (reasoning.budgetTokens !== undefined && wanted < maxTokens) return wanted;
  return Math.min(wanted, Math.max(MIN_BUDGET, Math.floor(maxTokens * MAX_SHARE)));
}

/** Newer models hide their thinking unless they are asked to show it; older ones show it. */
function display({ visible }: ReasoningRequest, mayAsk: boolean): { display?: 'summarized' | 'omitted' } {
  if (visible === undefined || (visible && !mayAsk)) return {};
  return { display: visible ? 'summarized' : 'omitted' };
}

/**
 * Whether the model is in the middle of a tool loop whose last step began without its own thinking, as one does that
 * another vendor answered. Anthropic refuses to go on thinking from there.
 */
function lacksThinking(turns: readonly Turn[]): boolean {
  const last = turns.findLast((turn) => turn.role === 'assistant');
  if (!last?.content.some((block) => block['type'] === 'tool_use')) return false;
  const first = last.content[0]?.['type'];
  return first !== 'thinking' && first !== 'redacted_thinking';
}

function loss(losses: Losses): Thinking {
  losses.add('reasoning');
  return {};
}
