import type { FastifyReply, FastifyRequest } from 'fastify';
import { toUpstreamBody } from '../dialects/openai-chat/openai-chat.request.js';
import type { ReplyFacts } from '../dialects/openai-chat/openai-chat.reply.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { AttemptOutcome } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import type { ProviderCall } from '../providers/provider.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Plan, Target } from '../routing/target.js';
import type { MeteredAnswer } from '../usage/usage-meter.js';
import type { ChatCompletionRequestDto } from './chat-completion-request.dto.js';
import { vendorHeaders } from './gateway-headers.js';
import type { JsonBody } from './json-body.pipe.js';

/** One chat completion on its way through the house. */
export interface Conversation {
  readonly exchange: Exchange;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly body: JsonBody<ChatCompletionRequestDto>;
  readonly plan: Plan;
  readonly deadline: Deadline;
}

/** The call that asks one target. The client's own body is never changed. */
export function callOf({ request, body }: Conversation, { model }: Target, signal: AbortSignal): ProviderCall {
  const stream = body.dto.stream === true;
  return {
    model,
    body: toUpstreamBody(body.bytes, { model, askForUsage: stream }),
    stream,
    headers: vendorHeaders(request),
    signal,
  };
}

/** Opens an attempt in the exchange. The function that it returns ends it, with the error where there was one. */
export function startAttempt(
  exchange: Exchange,
  { provider, model }: Target,
  waitedMs: number,
): (error?: unknown) => void {
  const end = exchange.startAttempt({ provider: provider.name, model }, waitedMs);
  return (error) => end(error === undefined ? { kind: 'ok' } : outcomeOf(error));
}

function outcomeOf(error: unknown): AttemptOutcome {
  if (!(error instanceof UpstreamError)) return { kind: 'cancelled' };
  const { failure } = error;
  return { kind: 'failed', reason: failure.reason, status: failure.reason === 'status' ? failure.status : undefined };
}

/** The text of a request's messages, for counting. */
export function promptText({ messages }: ChatCompletionRequestDto): string {
  return messages
    .flatMap(({ content }) => (typeof content === 'string' ? content : (content ?? []).map(partText)))
    .join('\n');
}

function partText(part: unknown): string {
  if (typeof part !== 'object' || part === null || !('text' in part)) return '';
  return typeof part.text === 'string' ? part.text : '';
}

/** What the meter needs to know of an answer. */
export function meteredAnswer({ body }: Conversation, target: Target, facts: ReplyFacts): MeteredAnswer {
  return {
    usage: facts.usage,
    model: facts.model,
    priceId: target.provider.priceId,
    prompt: () => promptText(body.dto),
    written: () => facts.written(),
  };
}
