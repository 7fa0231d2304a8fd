import type { JsonObject, TokenLogprob } from '../conversation.js';
import { asNumber, asText, compact, isObject, objectsIn } from '../fields.js';

/** A candidate's `logprobsResult`: the chosen tokens, and beside each the likeliest ones. */
export function decodeLogprobs(result: unknown): readonly TokenLogprob[] | undefined {
  if (!isObject(result)) return undefined;
  const top = objectsIn(result['topCandidates']);
  const chosen = objectsIn(result['chosenCandidates']).map((candidate, index): TokenLogprob => {
    const alternatives = objectsIn(top[index]?.['candidates']).map(logprobOf);
    const logprob = logprobOf(candidate);
    return alternatives.length > 0 ? Object.assign(logprob, { top: alternatives }) : logprob;
  });
  return chosen.length > 0 ? chosen : undefined;
}

export function encodeLogprobs(logprobs: readonly TokenLogprob[]): JsonObject | undefined {
  if (logprobs.length === 0) return undefined;
  const hasTop = logprobs.some(({ top }) => top !== undefined);
  return compact({
    chosenCandidates: logprobs.map(candidateOf),
    topCandidates: hasTop ? logprobs.map(({ top = [] }) => ({ candidates: top.map(candidateOf) })) : undefined,
  });
}

function logprobOf(candidate: JsonObject): TokenLogprob {
  return { token: asText(candidate['token']) ?? '', logprob: asNumber(candidate['logProbability']) ?? 0 };
}

function candidateOf({ token, logprob }: TokenLogprob): JsonObject {
  return { token, logProbability: logprob };
}
