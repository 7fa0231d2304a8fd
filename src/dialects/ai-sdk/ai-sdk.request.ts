import type { Conversation, JsonObject, ResponseFormat, Tool, ToolChoice } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import { effortOf } from '../reasoning-effort.js';
import { cacheOptions } from './ai-sdk.cache.js';
import { encodePrompt } from './ai-sdk.prompt.js';
import { reasoningOptions } from './ai-sdk.reasoning.js';
import type { WireCallOptions, WireResponseFormat, WireTool } from './ai-sdk.wire.js';

/** The call's options as JSON. The model and whether to stream are not among them: the provider is told both. */
export function encodeRequest(conversation: Conversation, { losses }: RequestContext): JsonObject {
  addUnsayable(conversation, losses);
  const { tools, toolChoice, reasoning, responseFormat } = conversation;
  const choosable = tools && chosenFrom(tools, toolChoice);
  const options: WireCallOptions = {
    prompt: encodePrompt(conversation.messages, losses),
    tools: choosable && encodeTools(choosable, losses),
    toolChoice: toolChoice && encodeToolChoice(toolChoice),
    responseFormat: responseFormat && encodeFormat(responseFormat, losses),
    maxOutputTokens: conversation.maxOutputTokens,
    temperature: conversation.temperature,
    topP: conversation.topP,
    topK: conversation.topK,
    frequencyPenalty: conversation.frequencyPenalty,
    presencePenalty: conversation.presencePenalty,
    stopSequences: conversation.stop && [...conversation.stop],
    seed: conversation.seed,
    reasoning: reasoning && effortOf(reasoning),
    providerOptions: reasoning && reasoningOptions(reasoning),
  };
  return compact(options);
}

/** What the specification has no place for. */
function addUnsayable(conversation: Conversation, losses: Losses): void {
  const { choices, modalities, parallelToolCalls } = conversation;
  if (choices !== undefined && choices !== 1) losses.add('n');
  if (parallelToolCalls === false) losses.add('parallel_tool_calls');
  if (modalities?.some((modality) => modality !== 'text')) losses.add('modalities');
  if (conversation.logprobs) losses.add('logprobs');
  if (conversation.logitBias) losses.add('logit_bias');
  if (conversation.user !== undefined) losses.add('user');
  if (conversation.metadata) losses.add('metadata');
  if (conversation.promptCacheKey !== undefined) losses.add('prompt_cache_key');
  if (conversation.serviceTier !== undefined) losses.add('service_tier');
  if (conversation.verbosity !== undefined) losses.add('verbosity');
  for (const name of conversation.unmodelled) losses.add(name);
}

/** A choice among some tools is said by showing no others. */
function chosenFrom(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  if (choice?.type !== 'allowed') return tools;
  const names = new Set(choice.names);
  return tools.filter((tool) => tool.type !== 'native' && names.has(tool.name));
}

function encodeTools(tools: readonly Tool[], losses: Losses): WireTool[] | undefined {
  const encoded = tools.flatMap((tool): WireTool[] => {
    if (tool.type !== 'function') {
      losses.addTool(tool);
      return [];
    }
    const { name, description, parameters, strict, cache } = tool;
    const inputSchema = parameters ?? { type: 'object', properties: {} };
    return [{ type: 'function', name, description, inputSchema, strict, ...cacheOptions(cache) }];
  });
  return encoded.length > 0 ? encoded : undefined;
}

function encodeToolChoice(choice: ToolChoice): WireCallOptions['toolChoice'] {
  if (choice.type === 'tool') return { type: 'tool', toolName: choice.name };
  if (choice.type === 'allowed') return { type: choice.required ? 'required' : 'auto' };
  return { type: choice.type };
}

function encodeFormat(format: ResponseFormat, losses: Losses): WireResponseFormat {
  if (format.type === 'json') return { type: 'json' };
  const { name, description, schema, strict } = format;
  if (strict !== undefined) losses.add('strict');
  return { type: 'json', schema, ...compact({ name, description }) };
}
