import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../dialects/conversation.js';
import { asText } from '../dialects/fields.js';
import type { EmbeddingReply } from '../dialects/embeddings/embedding.js';
import { decodeGeminiEmbeddingReply, encodeGeminiEmbeddingRequest } from '../dialects/embeddings/gemini-embeddings.js';
import {
  readEmbeddingFacts,
  toClientEmbeddingReply,
  toUpstreamEmbeddingBody,
} from '../dialects/embeddings/openai-embeddings.passthrough.js';
import { encodeEmbeddingReply } from '../dialects/embeddings/openai-embeddings.reply.js';
import { decodeEmbeddingRequest, encodingOf } from '../dialects/embeddings/openai-embeddings.request.js';
import { vendorDialects } from '../dialects/dialects.js';
import { parseReply } from '../dialects/json.js';
import { Losses } from '../dialects/losses.js';
import { wholeText } from '../dialects/reply-facts.js';
import type { TokenUsage } from '../dialects/token-usage.js';
import type { Target } from '../routing/target.js';
import { openAiRefusal } from './openai-refusal.js';
import type { JsonRoute } from './route.js';
import { vendorCall } from './vendor-call.js';

/** A request for embeddings, checked. */
export interface AskedEmbeddings {
  readonly model: string;
  readonly json: JsonObject;
  readonly bytes: Buffer;
}

/** The texts that are to be embedded, for counting; tokens have no text here. */
export function embeddedText({ json }: AskedEmbeddings): string {
  return [json['input']]
    .flat()
    .flatMap((input) => asText(input) ?? [])
    .join('\n');
}

/** Chooses the way to a target: bytes through to OpenAI's embeddings, else by the canonical form. */
export function embeddingRoute(asked: AskedEmbeddings, request: FastifyRequest, target: Target): JsonRoute {
  return target.provider.embeds === 'gemini-embeddings'
    ? geminiRoute(asked, request, target)
    : openAiRoute(asked, request, target);
}

function openAiRoute({ json, bytes }: AskedEmbeddings, request: FastifyRequest, target: Target): JsonRoute {
  const { provider, model } = target;
  const call = { operation: 'embed', dialect: 'openai-chat', stream: false } as const;
  const { body, dropped } = provider.adapt(toUpstreamEmbeddingBody(bytes, model), call);
  return {
    dropped,
    call: (signal) => vendorCall(request, target, { ...call, body }, signal),
    readReply: (reply) => ({
      bytes: toClientEmbeddingReply(reply, encodingOf(json)),
      facts: factsOf(readEmbeddingFacts(reply)),
    }),
    readError: (error) => vendorDialects['openai-chat'].readError(error),
    refusalBody: openAiRefusal,
  };
}

function geminiRoute({ json }: AskedEmbeddings, request: FastifyRequest, target: Target): JsonRoute {
  const losses = new Losses();
  const { model } = target;
  const { request: canonical, encoding } = decodeEmbeddingRequest(json);
  const body = Buffer.from(JSON.stringify(encodeGeminiEmbeddingRequest(canonical, { model, losses })));
  const call = { operation: 'embed', dialect: 'gemini', body, stream: false } as const;
  return {
    dropped: losses.names,
    call: (signal) => vendorCall(request, target, call, signal),
    readReply: (bytes) => {
      const reply: EmbeddingReply = decodeGeminiEmbeddingReply(parseReply(bytes));
      const answer = encodeEmbeddingReply(reply, { model, encoding });
      return { bytes: Buffer.from(JSON.stringify(answer)), facts: factsOf(reply) };
    },
    readError: (error) => vendorDialects.gemini.readError(error),
    refusalBody: () => undefined,
  };
}

function factsOf({ model, usage }: { readonly model?: string | undefined; readonly usage?: TokenUsage | undefined }) {
  return { model, usage, finishReason: undefined, written: () => wholeText('') };
}
