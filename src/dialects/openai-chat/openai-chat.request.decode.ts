import {
  type Conversation,
  EFFORTS,
  type Effort,
  type JsonObject,
  type ReasoningRequest,
  type ResponseFormat,
} from '../conversation.js';
import { compact, compactOrNothing } from '../fields.js';
import { RequestFields, wrongType } from './openai-chat.check.js';
import type { Unmodelled } from './openai-chat.content.decode.js';
import { decodeMessages } from './openai-chat.messages.decode.js';
import { decodeToolChoice, decodeTools } from './openai-chat.tools.decode.js';

/**
 * Reads a chat completion request, the extensions of other vendors included.
 * @throws GatewayError `invalid_request` that names the field at fault
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function decodeRequest(
  value: JsonObject,
  { model, stream }: { readonly model: string; readonly stream: boolean },
): Conversation {
  const body = new RequestFields(value, '');
  const unmodelled: Unmodelled = new Set();
  if (body.list('messages') === undefined) throw wrongType('messages', 'a list');
  const messages = decodeMessages(body.objects('messages'), unmodelled);
  const tools = decodeTools(body, unmodelled);
  const fields = compact({
    tools: tools.length === 0 ? undefined : tools,
    toolChoice: decodeToolChoice(body, unmodelled),
    parallelToolCalls: body.boolean('parallel_tool_calls'),
    responseFormat: decodeFormat(body, unmodelled),
    reasoning: decodeReasoning(body, unmodelled),
    ...decodeSampling(body, unmodelled),
    ...decodeAccount(body, unmodelled),
  });
  if (body.boolean('store')) unmodelled.add('store');
  for (const name of body.ignore('model', 'stream').rest()) unmodelled.add(name);
  return { model, stream, messages, ...fields, unmodelled: [...unmodelled] };
}

function decodeSampling(body: RequestFields, unmodelled: Unmodelled): Partial<Conversation> {
  const maxTokens = body.count('max_tokens');
  return {
    maxOutputTokens: body.count('max_completion_tokens') ?? maxTokens,
    temperature: body.number('temperature'),
    topP: body.number('top_p'),
    topK: body.count('top_k'),
    frequencyPenalty: body.number('frequency_penalty'),
    presencePenalty: body.number('presence_penalty'),
    stop: decodeStop(body),
    seed: body.integer('seed') ?? body.integer('random_seed'),
    choices: body.count('n'),
    logprobs: decodeLogprobs(body, unmodelled),
    logitBias: body.record('logit_bias'),
  };
}

function decodeAccount(body: RequestFields, unmodelled: Unmodelled): Partial<Conversation> {
  const user = body.text('user');
  const safetyId = body.text('safety_identifier');
  if (user !== undefined && safetyId !== undefined && user !== safetyId) unmodelled.add('safety_identifier');
  // What it hides in a stream is length, which a translated stream shows anew anyway.
  const includeUsage = body.object('stream_options')?.boolean('include_usage');
  return {
    user: user ?? safetyId,
    metadata: body.record('metadata'),
    promptCacheKey: body.text('prompt_cache_key'),
    serviceTier: body.text('service_tier'),
    verbosity: body.text('verbosity'),
    modalities: decodeTexts(body, 'modalities'),
    includeUsage: includeUsage || undefined,
  };
}

function decodeStop(body: RequestFields): readonly string[] | undefined {
  const stop = body.get('stop');
  if (typeof stop === 'string') return stop === '' ? undefined : [stop];
  if (stop !== undefined && !Array.isArray(stop)) throw wrongType('stop', 'a string or a list of strings');
  return decodeTexts(body, 'stop');
}

function decodeTexts(body: RequestFields, name: string): readonly string[] | undefined {
  const texts = body.list(name)?.map((text, index) => {
    if (typeof text !== 'string') throw wrongType(`${name}[${index}]`, 'a string');
    return text;
  });
  return texts?.length === 0 ? undefined : texts;
}

function decodeLogprobs(body: RequestFields, unmodelled: Unmodelled): Conversation['logprobs'] {
  const top = body.count('top_logprobs');
  if (body.boolean('logprobs')) return compact({ top });
  if (top !== undefined && top > 0) unmodelled.add('top_logprobs');
  return undefined;
}

function decodeFormat(body: RequestFields, unmodelled: Unmodelled): ResponseFormat | undefined {
  const format = body.object('response_format');
  const type = format?.text('type');
  if (!format || type === undefined || type === 'text') return undefined;
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') {
    unmodelled.add('response_format');
    return undefined;
  }
  const schema = format.needObject('json_schema');
  return {
    type: 'json-schema',
    schema: schema.record('schema') ?? schema.record('schema_definition') ?? {},
    ...compact({
      name: schema.text('name'),
      description: schema.text('description'),
      strict: schema.boolean('strict'),
    }),
  };
}

/**
 * OpenAI's `reasoning_effort`, OpenRouter's `reasoning`, `thinking` as DeepSeek and LiteLLM take it, Groq's
 * `reasoning_format`, Qwen's `enable_thinking`.
 */
function decodeReasoning(body: RequestFields, unmodelled: Unmodelled): ReasoningRequest | undefined {
  const reasoning = body.object('reasoning');
  const thinking = body.object('thinking');
  const isOn = reasoning?.boolean('enabled') ?? thinkingIsOn(thinking) ?? body.boolean('enable_thinking');
  const effort =
    effortIn(body, 'reasoning_effort', unmodelled) ?? (reasoning && effortIn(reasoning, 'effort', unmodelled));
  const budgetTokens =
    reasoning?.count('max_tokens') ?? thinking?.count('budget_tokens') ?? body.count('thinking_budget');
  const hidden = reasoning?.boolean('exclude');
  return compactOrNothing({
    effort: effort ?? (isOn === false ? 'none' : undefined),
    budgetTokens,
    adaptive: isOn && effort === undefined && budgetTokens === undefined ? true : undefined,
    visible: hidden === undefined ? visibleIn(body, unmodelled) : !hidden,
  });
}

function effortIn(fields: RequestFields, name: string, unmodelled: Unmodelled): Effort | undefined {
  const text = fields.text(name);
  const effort = EFFORTS.find((effort) => effort === text);
  // Groq's `default` is the model's own.
  if (text !== undefined && text !== 'default' && effort === undefined) unmodelled.add('reasoning_effort');
  return effort;
}

function thinkingIsOn(thinking: RequestFields | undefined): boolean | undefined {
  const type = thinking?.text('type');
  return type === undefined ? undefined : type !== 'disabled';
}

function visibleIn(body: RequestFields, unmodelled: Unmodelled): boolean | undefined {
  const format = body.text('reasoning_format');
  if (format === 'hidden') return false;
  if (format === 'parsed') return true;
  if (format !== undefined) unmodelled.add('reasoning_format');
  return body.boolean('include_reasoning');
}
