import type { Conversation, JsonObject } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact, compactOrNothing } from '../fields.js';
import type { Losses } from '../losses.js';
import { boundCacheMarkers } from './anthropic-messages.cache-markers.js';
import { encodeMessages } from './anthropic-messages.messages.encode.js';
import { type ModelTraits, traitsOf } from './anthropic-messages.models.js';
import { encodeFormat } from './anthropic-messages.response-format.js';
import { encodeSampling } from './anthropic-messages.sampling.js';
import { encodeThinking } from './anthropic-messages.thinking.js';
import { encodeToolChoice, encodeTools } from './anthropic-messages.tools.encode.js';

/**
 * Writes a body of `POST /v1/messages`.
 * @see https://platform.claude.com/docs/en/api/messages
 */
export function encodeRequest(conversation: Conversation, { model, losses }: RequestContext): JsonObject {
  const traits = traitsOf(model);
  for (const name of conversation.unmodelled) losses.add(name);
  noteUnsaid(conversation, losses);

  const tools = encodeTools(conversation, traits, losses);
  const toolChoice = tools && encodeToolChoice(conversation, traits, losses);
  const format = encodeFormat(conversation.responseFormat, traits, losses);
  const { system, turns } = encodeMessages(conversation.messages, format.instruction, { traits, losses });
  const forced = toolChoice?.type === 'any' || toolChoice?.type === 'tool';
  const room = {
    maxTokens: maxTokens(conversation, traits, losses),
    isOwnChoice: conversation.maxOutputTokens === undefined,
  };
  const { thinking, effort } = encodeThinking(conversation.reasoning, { traits, turns, forced, losses, ...room });
  boundCacheMarkers([...(tools ?? []), ...system, ...turns.flatMap((turn) => turn.content)], losses);

  return compact({
    model,
    max_tokens: room.maxTokens,
    system: system.length > 0 ? system : undefined,
    messages: turns,
    tools,
    tool_choice: toolChoice,
    thinking,
    output_config: compactOrNothing({ effort, format: format.format }),
    ...encodeSampling(conversation, traits, thinking !== undefined && thinking.type !== 'disabled', losses),
    stop_sequences: stopSequences(conversation.stop, losses),
    metadata: conversation.user === undefined ? undefined : { user_id: conversation.user },
    service_tier: serviceTier(conversation.serviceTier, losses),
    stream: conversation.stream ? true : undefined,
  });
}

function maxTokens({ maxOutputTokens }: Conversation, traits: ModelTraits, losses: Losses): number {
  if (maxOutputTokens === undefined || maxOutputTokens <= traits.maxOutputTokens) {
    return maxOutputTokens ?? traits.maxOutputTokens;
  }
  losses.add('max_tokens');
  return traits.maxOutputTokens;
}

/** Anthropic refuses a sequence of white space only. */
function stopSequences(stop: readonly string[] | undefined, losses: Losses): readonly string[] | undefined {
  const accepted = stop?.filter((sequence) => sequence.trim() !== '');
  if (accepted?.length !== stop?.length) losses.add('stop');
  return accepted && accepted.length > 0 ? accepted : undefined;
}

/** Anthropic's two tiers; OpenAI's word for the one without priority is `default`. */
function serviceTier(tier: string | undefined, losses: Losses): string | undefined {
  if (tier === undefined || tier === 'auto' || tier === 'standard_only') return tier;
  if (tier === 'default') return 'standard_only';
  losses.add('service_tier');
  return undefined;
}

function noteUnsaid(conversation: Conversation, losses: Losses): void {
  const { frequencyPenalty, presencePenalty, choices, modalities, metadata } = conversation;
  if (frequencyPenalty) losses.add('frequency_penalty');
  if (presencePenalty) losses.add('presence_penalty');
  if (choices !== undefined && choices > 1) losses.add('n');
  if (conversation.seed !== undefined) losses.add('seed');
  if (conversation.logprobs) losses.add('logprobs');
  if (conversation.logitBias && Object.keys(conversation.logitBias).length > 0) losses.add('logit_bias');
  if (metadata && Object.keys(metadata).length > 0) losses.add('metadata');
  if (conversation.promptCacheKey !== undefined) losses.add('prompt_cache_key');
  if (conversation.verbosity !== undefined) losses.add('verbosity');
  if (modalities?.some((modality) => modality !== 'text')) losses.add('modalities');
}
