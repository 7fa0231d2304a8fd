import type { Conversation, JsonObject, ResponseFormat } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact, compactOrNothing } from '../fields.js';
import type { Losses } from '../losses.js';
import { encodeMessages } from './bedrock-converse.messages.js';
import { encodeReasoning } from './bedrock-converse.reasoning.js';
import { encodeInference } from './bedrock-converse.sampling.js';
import { encodeTools, forcesTool } from './bedrock-converse.tools.js';
import { type BedrockModel, bedrockModel } from './bedrock-models.js';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (requestMetadata) */
const METADATA_TEXT = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{0,256}$/;
const MAX_METADATA = 16;
/** Where Claude's answer names the stop sequence it met, whole and in a stream. A path that is not there is ignored. */
const STOP_SEQUENCE_PATHS = ['/stop_sequence', '/delta/stop_sequence'];

/**
 * The body of `converse` and `converse-stream`, which are alike; the path names the model.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestSyntax
 */
export function encodeRequest(conversation: Conversation, { model: modelId, losses }: RequestContext): JsonObject {
  const model = bedrockModel(modelId);
  const { system, messages } = encodeMessages(conversation, model, losses);
  const toolConfig = encodeTools(conversation, model, losses);
  const context = { model, losses, messages, forcesTool: forcesTool(toolConfig) };
  const reasoning = encodeReasoning(conversation, context);
  const { inferenceConfig, modelFields } = encodeInference(conversation, model, 'thinking' in reasoning, losses);
  const asksStop = model.family === 'claude' && 'stopSequences' in inferenceConfig;
  nameLosses(conversation, losses);
  return compact({
    messages,
    system: system.length > 0 ? system : undefined,
    inferenceConfig: compactOrNothing(inferenceConfig),
    toolConfig,
    outputConfig: encodeFormat(conversation.responseFormat, model, losses),
    additionalModelRequestFields: compactOrNothing({ ...modelFields, ...reasoning }),
    additionalModelResponseFieldPaths: asksStop ? STOP_SEQUENCE_PATHS : undefined,
    requestMetadata: encodeMetadata(conversation.metadata, losses),
  });
}

/** Converse takes the schema as JSON text, and knows no JSON mode without one. */
function encodeFormat(
  format: ResponseFormat | undefined,
  { structuresOutput }: BedrockModel,
  losses: Losses,
): JsonObject | undefined {
  if (!format) return undefined;
  if (format.type === 'json' || !structuresOutput) {
    losses.add('response_format');
    return undefined;
  }
  const { name, description, schema } = format;
  const jsonSchema = compact({ name, description: description || undefined, schema: JSON.stringify(schema) });
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

function encodeMetadata(metadata: JsonObject | undefined, losses: Losses): JsonObject | undefined {
  const entries = Object.entries(metadata ?? {});
  const taken = entries
    .filter(
      ([key, value]) => key !== '' && METADATA_TEXT.test(key) && typeof value === 'string' && METADATA_TEXT.test(value),
    )
    .slice(0, MAX_METADATA);
  if (taken.length !== entries.length) losses.add('metadata');
  return compactOrNothing(Object.fromEntries(taken));
}

function nameLosses(conversation: Conversation, losses: Losses): void {
  const { choices, modalities, parallelToolCalls, promptCacheKey, serviceTier } = conversation;
  const lost: readonly (readonly [name: string, isLost: boolean])[] = [
    ['n', choices !== undefined && choices > 1],
    ['logprobs', conversation.logprobs !== undefined],
    ['logit_bias', conversation.logitBias !== undefined],
    ['seed', conversation.seed !== undefined],
    ['frequency_penalty', Boolean(conversation.frequencyPenalty)],
    ['presence_penalty', Boolean(conversation.presencePenalty)],
    ['user', conversation.user !== undefined],
    ['verbosity', conversation.verbosity !== undefined],
    ['parallel_tool_calls', parallelToolCalls === false],
    ['prompt_cache_key', promptCacheKey !== undefined],
    ['service_tier', serviceTier !== undefined && serviceTier !== 'auto' && serviceTier !== 'default'],
    ['modalities', modalities?.some((modality) => modality !== 'text') ?? false],
  ];
  for (const [name, isLost] of lost) if (isLost) losses.add(name);
  for (const name of conversation.unmodelled) losses.add(name);
}
