import type { JSONObject, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { ReasoningRequest } from '../conversation.js';
import { nearestEffort } from '../reasoning-effort.js';

/** @see https://openrouter.ai/docs/use-cases/reasoning-tokens */
const OPENROUTER_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

/**
 * What the specification's one word for an effort cannot say, in the options of the vendors that can: a number of
 * tokens, whether to show the reasoning, and at OpenRouter, whose package does not read that word, the effort too.
 */
export function reasoningOptions(reasoning: ReasoningRequest): SharedV4ProviderOptions | undefined {
  const options = present({
    anthropic: anthropicOptions(reasoning),
    google: googleOptions(reasoning),
    openai: reasoning.visible ? { reasoningSummary: 'auto' } : undefined,
    openrouter: openRouterOptions(reasoning),
  });
  return options as SharedV4ProviderOptions | undefined;
}

function anthropicOptions({ adaptive, budgetTokens }: ReasoningRequest): JSONObject | undefined {
  if (adaptive) return { thinking: { type: 'adaptive' } };
  return budgetTokens ? { thinking: { type: 'enabled', budgetTokens } } : undefined;
}

function googleOptions({ adaptive, budgetTokens, visible }: ReasoningRequest): JSONObject | undefined {
  const thinkingBudget = adaptive ? -1 : budgetTokens;
  return present({ thinkingConfig: present({ thinkingBudget, includeThoughts: visible }) });
}

function openRouterOptions({ effort, budgetTokens, visible }: ReasoningRequest): JSONObject | undefined {
  return present({
    reasoning: present({
      effort: effort && nearestEffort(effort, OPENROUTER_EFFORTS),
      max_tokens: effort ? undefined : budgetTokens,
      exclude: visible === false ? true : undefined,
    }),
  });
}

/** An object without its `undefined` fields, `undefined` when it has no others. */
function present(value: JSONObject): JSONObject | undefined {
  const said = Object.entries(value).filter(([, item]) => item !== undefined);
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}
