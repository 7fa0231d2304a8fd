import type { Conversation, Effort, JsonObject, ReasoningRequest } from '../conversation.js';
import type { Losses } from '../losses.js';
import { budgetOf, effortOf, nearestEffort } from '../reasoning-effort.js';
import type { Turn } from './bedrock-converse.turns.js';
import { type BedrockModel, CLAUDE_IS_ADAPTIVE_ONLY } from './bedrock-models.js';

/** The least that Claude takes. @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
const MIN_BUDGET = 1_024;
const LOW_TO_HIGH = ['low', 'medium', 'high'] as const satisfies readonly Effort[];
/** Claude's efforts before and since it became adaptive only. */
const CLAUDE_EFFORTS = ['low', 'medium', 'high', 'max'] as const satisfies readonly Effort[];
const NEWER_CLAUDE_EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const satisfies readonly Effort[];
/** Nova 2 reasons on request. */
const NOVA_REASONS = 200;

interface ReasoningContext {
  readonly model: BedrockModel;
  readonly losses: Losses;
  readonly messages: readonly Turn[];
  /** The request makes the model call a tool, which Claude does not do while it thinks. */
  readonly forcesTool: boolean;
}

/** The fields for reasoning, each maker's own: they go to the model past Converse. `{}` where none is wanted. */
export function encodeReasoning(conversation: Conversation, context: ReasoningContext): JsonObject {
  const { reasoning } = conversation;
  if (!reasoning || asksNothing(reasoning)) return {};
  const fields = fieldsOf(reasoning, conversation, context);
  if (!fields) context.losses.add('reasoning');
  return fields ?? {};
}

/** @returns `undefined` where the wish cannot be granted */
function fieldsOf(
  reasoning: ReasoningRequest,
  conversation: Conversation,
  context: ReasoningContext,
): JsonObject | undefined {
  const { family, version } = context.model;
  switch (family) {
    case 'claude':
      return claudeFields(reasoning, conversation, context);
    case 'nova':
      return version < NOVA_REASONS ? switchedOff(reasoning) : novaFields(reasoning, conversation);
    case 'qwen':
      return openFields('reasoning_config', reasoning);
    case 'gpt-oss':
      return openFields('reasoning_effort', reasoning);
    case 'other':
    case 'hidden':
      break;
  }
  return undefined;
}

function claudeFields(
  reasoning: ReasoningRequest,
  { maxOutputTokens }: Conversation,
  { model, losses, messages, forcesTool }: ReasoningContext,
): JsonObject | undefined {
  if (isOff(reasoning)) return {};
  if (model.thinking === undefined || forcesTool) return undefined;
  const wantsBudget = model.thinking === 'budget' || reasoning.budgetTokens !== undefined;
  if (wantsBudget && model.version < CLAUDE_IS_ADAPTIVE_ONLY) {
    if (callsWithoutThinking(messages)) return undefined;
    const wanted = Math.max(MIN_BUDGET, budgetOf(reasoning) ?? MIN_BUDGET);
    const budget = Math.min(wanted, (maxOutputTokens ?? Number.POSITIVE_INFINITY) - 1);
    if (budget < MIN_BUDGET) return undefined;
    if (reasoning.budgetTokens !== undefined && budget !== reasoning.budgetTokens) losses.add('reasoning');
    return { thinking: { type: 'enabled', budget_tokens: budget } };
  }
  const isNewer = model.version >= CLAUDE_IS_ADAPTIVE_ONLY;
  const wanted = effortOf(reasoning);
  const effort = wanted && nearestEffort(wanted, isNewer ? NEWER_CLAUDE_EFFORTS : CLAUDE_EFFORTS);
  const display = reasoning.visible === undefined ? undefined : reasoning.visible ? 'summarized' : 'omitted';
  return {
    thinking: { type: 'adaptive', ...(isNewer && display && { display }) },
    ...(effort && { output_config: { effort } }),
  };
}

/**
 * Whether the model is in the middle of calling tools and its own thoughts on that are not there (they came from
 * another vendor): with a budget Claude refuses to go on thinking.
 */
function callsWithoutThinking(messages: readonly Turn[]): boolean {
  const results = messages.at(-1);
  if (!results?.content.some((block) => 'toolResult' in block)) return false;
  const first = messages.at(-2)?.content[0];
  return first !== undefined && !('reasoningContent' in first);
}

/**
 * Nova's highest effort takes neither a limit nor sampling parameters; those go before it.
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
 */
function novaFields(reasoning: ReasoningRequest, conversation: Conversation): JsonObject {
  if (isOff(reasoning)) return { reasoningConfig: { type: 'disabled' } };
  const { maxOutputTokens, temperature, topP, topK } = conversation;
  const isBound = [maxOutputTokens, temperature, topP, topK].some((value) => value !== undefined);
  const known = isBound ? LOW_TO_HIGH.slice(0, 2) : LOW_TO_HIGH;
  const maxReasoningEffort = nearestEffort(effortOf(reasoning) ?? 'medium', known);
  return { reasoningConfig: { type: 'enabled', maxReasoningEffort } };
}

/** One field with an effort. These models cannot be kept from thinking. */
function openFields(field: string, reasoning: ReasoningRequest): JsonObject | undefined {
  if (isOff(reasoning)) return undefined;
  return { [field]: nearestEffort(effortOf(reasoning) ?? 'medium', LOW_TO_HIGH) };
}

function switchedOff(reasoning: ReasoningRequest): JsonObject | undefined {
  return isOff(reasoning) ? {} : undefined;
}

function isOff(reasoning: ReasoningRequest): boolean {
  return effortOf(reasoning) === 'none';
}

/** Only whether to show what the model thinks, if it does. */
function asksNothing({ effort, budgetTokens, adaptive }: ReasoningRequest): boolean {
  return effort === undefined && budgetTokens === undefined && adaptive === undefined;
}
