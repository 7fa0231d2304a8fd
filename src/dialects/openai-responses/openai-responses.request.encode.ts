import type { Conversation, JsonObject, Message, ReasoningRequest, ResponseFormat } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact, compactOrNothing } from '../fields.js';
import type { Losses } from '../losses.js';
import { effortOf } from '../reasoning-effort.js';
import { InputWriter } from './openai-responses.input.encode.js';
import { namespacesOf } from './openai-responses.names.js';
import { encodeToolChoice, encodeTools } from './openai-responses.tools.encode.js';

/** OpenAI refuses a smaller `max_output_tokens`. */
const MIN_OUTPUT_TOKENS = 16;

const SERVICE_TIERS = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast']);

/** Models that reason; others refuse to be asked for encrypted reasoning. */
const REASONING_MODEL = /^(?:o\d|gpt-(?:[5-9]|\d\d|oss)|codex)(?!.*-chat)/;

/**
 * Writes a request that leaves nothing at the vendor (`store: false`); its reasoning comes back encrypted instead. Marks
 * for the prompt cache are no loss: OpenAI caches every long prompt by itself.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export function encodeRequest(conversation: Conversation, { model, losses }: RequestContext): JsonObject {
  const { tools } = conversation;
  const { instructions, rest } = splitInstructions(conversation.messages);
  nameLosses(conversation, losses);
  return compact({
    model,
    instructions,
    input: new InputWriter(namespacesOf(tools), losses).write(rest),
    tools: tools && encodeTools(tools, losses),
    tool_choice: conversation.toolChoice && encodeToolChoice(conversation.toolChoice, tools ?? []),
    parallel_tool_calls: conversation.parallelToolCalls,
    text: encodeText(conversation),
    reasoning: conversation.reasoning && encodeReasoning(conversation.reasoning),
    include: includes(conversation, model),
    top_logprobs: conversation.logprobs?.top,
    max_output_tokens: outputTokens(conversation.maxOutputTokens, losses),
    temperature: conversation.temperature,
    top_p: conversation.topP,
    user: conversation.user,
    metadata: encodeMetadata(conversation.metadata, losses),
    prompt_cache_key: conversation.promptCacheKey,
    service_tier: serviceTier(conversation.serviceTier, losses),
    store: false,
    stream: conversation.stream ? true : undefined,
  });
}

/** The first message is `instructions` where it is a system text; other instructions stay where they are. */
function splitInstructions(messages: readonly Message[]): {
  readonly instructions: string | undefined;
  readonly rest: readonly Message[];
} {
  const [first, ...rest] = messages;
  const [text, ...more] = first?.role === 'system' ? first.parts : [];
  if (text === undefined || text.text === '' || more.length > 0) return { instructions: undefined, rest: messages };
  return { instructions: text.text, rest };
}

function includes({ reasoning, logprobs }: Conversation, model: string): readonly string[] | undefined {
  const mayReason =
    REASONING_MODEL.test(model.slice(model.lastIndexOf('/') + 1)) ||
    (reasoning !== undefined && effortOf(reasoning) !== 'none');
  const included = [
    ...(mayReason ? ['reasoning.encrypted_content'] : []),
    ...(logprobs ? ['message.output_text.logprobs'] : []),
  ];
  return included.length > 0 ? included : undefined;
}

function encodeReasoning(reasoning: ReasoningRequest): JsonObject | undefined {
  return compactOrNothing({ effort: effortOf(reasoning), summary: reasoning.visible ? 'auto' : undefined });
}

/** `undefined` where the client left both to the model. */
export function encodeText({
  responseFormat,
  verbosity,
}: Pick<Conversation, 'responseFormat' | 'verbosity'>): JsonObject | undefined {
  if (!responseFormat && verbosity === undefined) return undefined;
  return compact({ format: responseFormat && encodeFormat(responseFormat), verbosity });
}

function encodeFormat(format: ResponseFormat): JsonObject {
  if (format.type === 'json') return { type: 'json_object' };
  const { name = 'answer', description, schema, strict } = format;
  return compact({ type: 'json_schema', name, description, schema, strict });
}

function outputTokens(asked: number | undefined, losses: Losses): number | undefined {
  if (asked === undefined || asked >= MIN_OUTPUT_TOKENS) return asked;
  losses.add('max_tokens');
  return MIN_OUTPUT_TOKENS;
}

/** OpenAI's metadata are texts. */
function encodeMetadata(metadata: JsonObject | undefined, losses: Losses): JsonObject | undefined {
  if (!metadata) return undefined;
  if (Object.values(metadata).every((value) => typeof value === 'string')) return metadata;
  losses.add('metadata');
  return undefined;
}

function serviceTier(tier: string | undefined, losses: Losses): string | undefined {
  if (tier === undefined || SERVICE_TIERS.has(tier)) return tier;
  losses.add('service_tier');
  return undefined;
}

function nameLosses(conversation: Conversation, losses: Losses): void {
  const { modalities, choices, stop } = conversation;
  const lost: Readonly<Record<string, boolean>> = {
    top_k: conversation.topK !== undefined,
    frequency_penalty: conversation.frequencyPenalty !== undefined,
    presence_penalty: conversation.presencePenalty !== undefined,
    stop: stop !== undefined && stop.length > 0,
    seed: conversation.seed !== undefined,
    n: choices !== undefined && choices > 1,
    logit_bias: conversation.logitBias !== undefined,
    modalities: modalities?.some((modality) => modality !== 'text') ?? false,
  };
  for (const [name, isLost] of Object.entries(lost)) if (isLost) losses.add(name);
  for (const name of conversation.unmodelled) losses.add(name);
}
