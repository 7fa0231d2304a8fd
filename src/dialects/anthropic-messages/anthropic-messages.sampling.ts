import type { Conversation } from '../conversation.js';
import type { Losses } from '../losses.js';
import type { ModelTraits } from './anthropic-messages.models.js';

interface Sampling {
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly top_k?: number | undefined;
}

/** The least `top_p` that Anthropic takes from a model that thinks. */
const MIN_TOP_P_THINKING = 0.95;

/**
 * `temperature`, `top_p` and `top_k`, as far as the model takes them. A value of 1 is every model's default and is left
 * out where it must not be said.
 * @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking#feature-compatibility
 */
export function encodeSampling(
  { temperature, topP, topK }: Conversation,
  { sampling }: ModelTraits,
  thinks: boolean,
  losses: Losses,
): Sampling {
  const keep = (name: keyof Sampling, value: number | undefined, accepted: boolean): number | undefined => {
    if (value === undefined || accepted) return value;
    if (value !== 1 || name === 'top_k') losses.add(name);
    return undefined;
  };
  const free = sampling !== 'none';
  const yields = sampling === 'exclusive' && temperature === 1 && topP !== undefined;
  const kept = keep('temperature', warmest(temperature, losses), free && !thinks && !yields);
  const mayHaveTopP = free && (kept === undefined || sampling === 'free');
  return {
    temperature: kept,
    top_p: keep('top_p', topP, mayHaveTopP && (!thinks || (topP ?? 1) >= MIN_TOP_P_THINKING)),
    top_k: keep('top_k', topK, free && !thinks),
  };
}

/** Anthropic's scale ends at 1, OpenAI's at 2. */
function warmest(temperature: number | undefined, losses: Losses): number | undefined {
  if (temperature === undefined || temperature <= 1) return temperature;
  losses.add('temperature');
  return 1;
}
