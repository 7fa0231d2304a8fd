import type { Conversation, JsonObject, ReasoningRequest } from '../conversation.js';
import { compactOrNothing } from '../fields.js';
import type { Losses } from '../losses.js';
import { budgetOf, effortOf, nearestEffort } from '../reasoning-effort.js';
import type { GeminiModel, Thinking } from './gemini.models.js';

/** @see https://ai.google.dev/api/generate-content#generationconfig */
const MAX_STOP_SEQUENCES = 5;

/** A request's `generationConfig`. */
export function encodeGenerationConfig(
  conversation: Conversation,
  model: GeminiModel,
  losses: Losses,
): JsonObject | undefined {
  const { stop, logprobs, reasoning } = conversation;
  if (stop && stop.length > MAX_STOP_SEQUENCES) losses.add('stop');
  return compactOrNothing({
    temperature: conversation.temperature,
    topP: conversation.topP,
    topK: conversation.topK,
    maxOutputTokens: conversation.maxOutputTokens,
    stopSequences: stop && stop.length > 0 ? stop.slice(0, MAX_STOP_SEQUENCES) : undefined,
    candidateCount: conversation.choices,
    seed: conversation.seed,
    presencePenalty: conversation.presencePenalty,
    frequencyPenalty: conversation.frequencyPenalty,
    responseLogprobs: logprobs && true,
    logprobs: logprobs?.top,
    responseModalities: encodeModalities(conversation.modalities),
    thinkingConfig: reasoning && encodeThinking(reasoning, model.thinking, losses),
    ...encodeFormat(conversation, model, losses),
  });
}

function encodeFormat({ responseFormat, tools }: Conversation, model: GeminiModel, losses: Losses): JsonObject {
  if (!responseFormat) return {};
  if (!model.joinsToolsAndJson && tools?.some((tool) => tool.type === 'function')) {
    losses.add('response_format');
    return {};
  }
  if (responseFormat.type === 'json') return { responseMimeType: 'application/json' };
  const { schema, description } = responseFormat;
  const described = description === undefined || 'description' in schema ? schema : { ...schema, description };
  return { responseMimeType: 'application/json', responseJsonSchema: described };
}

/** Models that speak write nothing beside it; models that draw write, too. */
function encodeModalities(modalities: readonly string[] = []): readonly string[] | undefined {
  const others = modalities.map((modality) => modality.toUpperCase()).filter((modality) => modality !== 'TEXT');
  if (others.length === 0) return undefined;
  return others.includes('AUDIO') ? ['AUDIO'] : ['TEXT', ...others];
}

function encodeThinking(reasoning: ReasoningRequest, thinking: Thinking, losses: Losses): JsonObject | undefined {
  const effort = effortOf(reasoning);
  const asked = effort !== undefined || reasoning.adaptive === true || reasoning.visible === true;
  if (!asked) return undefined;
  const isOff = effort === 'none';
  const includeThoughts = !isOff && reasoning.visible !== false ? true : undefined;
  switch (thinking.type) {
    case 'none':
      if (!isOff) losses.add('reasoning');
      return undefined;
    case 'level': {
      if (isOff) losses.add('reasoning');
      const level = effort && nearestEffort(effort, thinking.levels);
      return compactOrNothing({ thinkingLevel: level?.toUpperCase(), includeThoughts });
    }
    case 'budget': {
      if (isOff && !thinking.canBeOff) losses.add('reasoning');
      return compactOrNothing({ thinkingBudget: budgetFor(reasoning, thinking), includeThoughts });
    }
  }
}

function budgetFor(reasoning: ReasoningRequest, { min, max, canBeOff }: Extract<Thinking, { type: 'budget' }>) {
  const budget = budgetOf(reasoning);
  if (budget === undefined) return reasoning.adaptive ? -1 : undefined;
  if (budget === 0 && canBeOff) return 0;
  return Math.min(max, Math.max(min, budget));
}
