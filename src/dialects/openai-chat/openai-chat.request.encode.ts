import type { Conversation, Effort, JsonObject, ReasoningRequest, ResponseFormat } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact } from '../fields.js';
import { effortOf, nearestEffort } from '../reasoning-effort.js';
import { takes } from './openai-chat.extensions.js';
import { encodeMessages } from './openai-chat.messages.encode.js';
import { encodeTools } from './openai-chat.tools.encode.js';

const KNOWN_EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];
const KNOWN_TIERS = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);
const KNOWN_VERBOSITIES = new Set(['low', 'medium', 'high']);
const MAX_STOPS = 4;

/**
 * Writes a chat completion request in the form that api.openai.com takes and with it every vendor of the dialect; what
 * one of them takes beyond it, `context.extensions` says.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function encodeRequest(conversation: Conversation, context: RequestContext): JsonObject {
  const { losses } = context;
  for (const name of conversation.unmodelled) losses.add(name);
  // Nothing here hides reasoning from a client.
  if (conversation.reasoning?.visible === false) losses.add('include_reasoning');
  return compact({
    model: context.model,
    messages: encodeMessages(conversation.messages, context),
    ...encodeTools(conversation, context),
    response_format: conversation.responseFormat && encodeFormat(conversation.responseFormat),
    reasoning_effort: conversation.reasoning && encodeEffort(conversation.reasoning),
    ...encodeSampling(conversation, context),
    ...encodeAccount(conversation, context),
    ...(conversation.stream && { stream: true, stream_options: { include_usage: true } }),
  });
}

function encodeSampling(conversation: Conversation, context: RequestContext): JsonObject {
  const { topK, stop, logprobs } = conversation;
  if (stop && stop.length > MAX_STOPS) context.losses.add('stop');
  return {
    max_completion_tokens: conversation.maxOutputTokens,
    temperature: conversation.temperature,
    top_p: conversation.topP,
    top_k: extension('top_k', topK, context),
    frequency_penalty: conversation.frequencyPenalty,
    presence_penalty: conversation.presencePenalty,
    stop: stop && stop.length > 0 ? stop.slice(0, MAX_STOPS) : undefined,
    seed: conversation.seed,
    n: conversation.choices,
    logprobs: logprobs && true,
    top_logprobs: logprobs?.top,
    logit_bias: conversation.logitBias && { ...conversation.logitBias },
  };
}

function encodeAccount(conversation: Conversation, context: RequestContext): JsonObject {
  const { metadata, serviceTier, verbosity, modalities } = conversation;
  // Text is what an answer is made of anyway.
  const asksForMore = modalities?.some((kind) => kind !== 'text') ? modalities : undefined;
  return {
    user: conversation.user,
    metadata: extension('metadata', metadata && { ...metadata }, context),
    prompt_cache_key: conversation.promptCacheKey,
    service_tier: known('service_tier', serviceTier, KNOWN_TIERS, context),
    verbosity: known('verbosity', verbosity, KNOWN_VERBOSITIES, context),
    modalities: extension('modalities', asksForMore, context),
  };
}

/** A value that only some vendors take. */
function extension<T>(
  name: 'top_k' | 'metadata' | 'modalities',
  value: T | undefined,
  context: RequestContext,
): T | undefined {
  if (value === undefined || takes(context, name)) return value;
  context.losses.add(name);
  return undefined;
}

/** A word of another dialect's, such as Anthropic's tiers, is none here. */
function known(
  name: string,
  value: string | undefined,
  words: ReadonlySet<string>,
  context: RequestContext,
): string | undefined {
  if (value === undefined || words.has(value)) return value;
  context.losses.add(name);
  return undefined;
}

function encodeEffort(reasoning: ReasoningRequest): Effort | undefined {
  const effort = effortOf(reasoning);
  return effort && nearestEffort(effort, KNOWN_EFFORTS);
}

function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'json') return { type: 'json_object' };
  const { name = 'response', description, schema, strict } = format;
  return { type: 'json_schema', json_schema: compact({ name, description, schema, strict }) };
}
