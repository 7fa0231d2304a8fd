import type { Conversation, JsonObject } from '../conversation.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import { type BedrockModel, CLAUDE_IS_ADAPTIVE_ONLY } from './bedrock-models.js';

/** The first Claude that takes only one of temperature and top_p: Opus 4.1. */
const CLAUDE_TAKES_ONE = 401;
/** While Claude thinks it takes no lower one. */
const MIN_THINKING_TOP_P = 0.95;

interface Sampling {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
}

interface Inference {
  readonly inferenceConfig: JsonObject;
  /** What goes to the model past Converse, by each maker's own names. */
  readonly modelFields: JsonObject;
}

/** Limits, stop sequences and sampling, as far as the model takes them. */
export function encodeInference(
  conversation: Conversation,
  model: BedrockModel,
  thinks: boolean,
  losses: Losses,
): Inference {
  const wanted: Sampling = conversation;
  const taken = model.family === 'claude' ? claudeSampling(wanted, model, thinks) : wanted;
  // Converse's own range; OpenAI's goes up to 2.
  const temperature = taken.temperature === undefined ? undefined : Math.min(taken.temperature, 1);
  if (temperature !== wanted.temperature) losses.add('temperature');
  if (taken.topP !== wanted.topP) losses.add('top_p');
  if (taken.topK !== wanted.topK) losses.add('top_k');
  return {
    inferenceConfig: compact({
      maxTokens: conversation.maxOutputTokens,
      temperature,
      topP: taken.topP,
      stopSequences: stopSequences(conversation, model, losses),
    }),
    modelFields: topKFields(taken.topK, model, losses),
  };
}

function claudeSampling({ temperature, topP, topK }: Sampling, { version }: BedrockModel, thinks: boolean): Sampling {
  if (version >= CLAUDE_IS_ADAPTIVE_ONLY) return {};
  if (thinks) {
    return {
      temperature: temperature === 1 ? temperature : undefined,
      topP: topP !== undefined && topP >= MIN_THINKING_TOP_P && temperature === undefined ? topP : undefined,
    };
  }
  const takesBoth = version < CLAUDE_TAKES_ONE || temperature === undefined;
  return { temperature, topP: takesBoth ? topP : undefined, topK };
}

function stopSequences({ stop }: Conversation, { family }: BedrockModel, losses: Losses): string[] | undefined {
  // Claude takes none of nothing but white space.
  const taken = (stop ?? []).filter((text) => (family === 'claude' ? text.trim() : text) !== '');
  if (taken.length !== (stop ?? []).length) losses.add('stop');
  return taken.length > 0 ? taken : undefined;
}

function topKFields(topK: number | undefined, { family }: BedrockModel, losses: Losses): JsonObject {
  if (topK === undefined) return {};
  if (family === 'claude') return { top_k: topK };
  if (family === 'nova') return { inferenceConfig: { topK } };
  losses.add('top_k');
  return {};
}
