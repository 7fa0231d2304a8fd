import type { Conversation, JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import { effortOf } from '../reasoning-effort.js';
import type { Finish, Reply } from '../reply.js';
import type { TokenUsage } from '../token-usage.js';
import { responseId } from './openai-responses.ids.js';
import { encodeText } from './openai-responses.request.encode.js';
import { encodeToolChoice, encodeTools } from './openai-responses.tools.encode.js';
import { writeUsage } from './openai-responses.usage.js';

/** How far an answer has come. */
export interface ResponseState {
  readonly output: readonly JsonObject[];
  /** `undefined` while it is being written. */
  readonly status: AnswerStatus | undefined;
  readonly usage?: TokenUsage | undefined;
}

export interface AnswerStatus {
  readonly status: 'completed' | 'incomplete';
  /** Why it is incomplete. */
  readonly reason?: 'max_output_tokens' | 'content_filter';
}

/**
 * OpenAI knows two reasons for an answer that is not whole. A model that refuses in words has answered; one that was
 * stopped by its vendor's filter has not.
 */
export function statusOf(finish: Finish | undefined, hasRefusal: boolean): AnswerStatus {
  const reason = finish?.reason;
  if (reason === 'length' || reason === 'context-window') return { status: 'incomplete', reason: 'max_output_tokens' };
  const isFiltered = reason === 'content-filter' || (reason === 'refusal' && !hasRefusal);
  return isFiltered ? { status: 'incomplete', reason: 'content_filter' } : { status: 'completed' };
}

/**
 * A response object: the answer, and what the request asked for. What it left to the vendor has OpenAI's defaults, since
 * its clients' types have no null there.
 */
export function responseObject(
  { requestId, conversation, model, createdAt }: ReplyContext,
  head: Pick<Reply, 'model' | 'createdAt'>,
  { output, status, usage }: ResponseState,
): JsonObject {
  return {
    id: responseId(requestId),
    object: 'response',
    created_at: head.createdAt ?? createdAt,
    completed_at: null,
    status: status?.status ?? 'in_progress',
    background: false,
    error: null,
    incomplete_details: status?.reason === undefined ? null : { reason: status.reason },
    model: head.model ?? model,
    output,
    ...echo(conversation),
    usage: usage ? writeUsage(usage) : null,
  };
}

function echo(conversation: Conversation): JsonObject {
  const { tools = [], toolChoice, reasoning } = conversation;
  const text = encodeText(conversation);
  return {
    instructions: instructionsOf(conversation),
    frequency_penalty: conversation.frequencyPenalty ?? 0,
    max_output_tokens: conversation.maxOutputTokens ?? null,
    max_tool_calls: null,
    metadata: conversation.metadata ?? {},
    parallel_tool_calls: conversation.parallelToolCalls ?? true,
    presence_penalty: conversation.presencePenalty ?? 0,
    previous_response_id: null,
    prompt_cache_key: conversation.promptCacheKey ?? null,
    reasoning: {
      effort: (reasoning && effortOf(reasoning)) ?? null,
      summary: reasoning?.visible ? 'auto' : null,
    },
    safety_identifier: conversation.user ?? null,
    service_tier: conversation.serviceTier ?? 'default',
    store: false,
    temperature: conversation.temperature ?? 1,
    text: { format: { type: 'text' }, ...text },
    tool_choice: toolChoice ? encodeToolChoice(toolChoice, tools) : 'auto',
    // What is lost on the way to the vendor is named by its encoder, not here.
    tools: encodeTools(tools, new Losses()),
    top_logprobs: conversation.logprobs?.top ?? 0,
    top_p: conversation.topP ?? 1,
    truncation: 'disabled',
  };
}

function instructionsOf({ messages: [first] }: Conversation): string | null {
  return first?.role === 'system' ? first.parts.map(({ text }) => text).join('\n\n') : null;
}
