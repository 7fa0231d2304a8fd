import type { JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import type { Choice, Reply } from '../reply.js';
import { encodeAnswerPart } from './gemini.answer-part.js';
import { encodeFinish } from './gemini.finish.js';
import { type CitedText, encodeCitations } from './gemini.grounding.encode.js';
import { encodeLogprobs } from './gemini.logprobs.js';
import { CarriedReasoning } from './gemini.signature.js';
import { encodeUsage } from './gemini.usage.js';

/** An answer as a `GenerateContentResponse`. */
export function encodeReply(reply: Reply, context: ReplyContext): JsonObject {
  return compact({
    candidates: reply.choices.map((choice) => encodeCandidate(choice, context.losses)),
    usageMetadata: reply.usage && encodeUsage(reply.usage),
    modelVersion: reply.model ?? context.model,
    responseId: reply.id ?? context.requestId,
  });
}

function encodeCandidate({ index, parts, finish }: Choice, losses: Losses): JsonObject {
  const carried = new CarriedReasoning();
  const encoded: JsonObject[] = [];
  const cited: CitedText[] = [];
  for (const part of parts) {
    if (part.type === 'text' && part.citations) {
      cited.push({ partIndex: encoded.length, text: part.text, citations: part.citations });
    }
    encoded.push(...encodeAnswerPart(part, carried, losses));
  }
  const logprobs = parts.flatMap((part) => (part.type === 'text' ? (part.logprobs ?? []) : []));
  return compact({
    content: { parts: encoded, role: 'model' },
    finishReason: finish && encodeFinish(finish),
    index,
    ...encodeCitations(cited),
    logprobsResult: encodeLogprobs(logprobs),
  });
}
