import type { JsonObject } from '../conversation.js';
import { asCount, compact, objectsIn } from '../fields.js';
import { type TokenUsage, partition } from '../token-usage.js';

/**
 * Reads `usageMetadata`, in which the prompt's count includes what came from a cache, and in which thoughts and the
 * results of Google's own tools are counted beside prompt and answer.
 * @returns `undefined` when it holds no token counts
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function decodeUsage(usage: JsonObject): TokenUsage | undefined {
  const prompt = asCount(usage['promptTokenCount']);
  const total = asCount(usage['totalTokenCount']);
  if (prompt === undefined && total === undefined) return undefined;

  const input = (prompt ?? 0) + (asCount(usage['toolUsePromptTokenCount']) ?? 0);
  const thoughts = asCount(usage['thoughtsTokenCount']);
  // Some answers, such as one that is cut while the model thinks, leave out the count and not the total.
  const written = asCount(usage['candidatesTokenCount']) ?? Math.max(0, (total ?? 0) - input - (thoughts ?? 0));
  const reportedAudio = sumOf([
    audioTokens(usage['promptTokensDetails']),
    audioTokens(usage['toolUsePromptTokensDetails']),
    negative(audioTokens(usage['cacheTokensDetails'])),
  ]);
  const [asked, cached, audioRead] = partition(input, asCount(usage['cachedContentTokenCount']), reportedAudio);
  const [answered, audioWritten] = partition(written + (thoughts ?? 0), audioTokens(usage['candidatesTokensDetails']));
  return {
    inputTokens: asked,
    ...(cached !== undefined && { cacheReadTokens: cached }),
    ...(audioRead !== undefined && { audioInputTokens: audioRead }),
    outputTokens: answered,
    ...(audioWritten !== undefined && { audioOutputTokens: audioWritten }),
    ...(thoughts !== undefined && { reasoningTokens: thoughts }),
  };
}

/** `usageMetadata` in Gemini's accounting. Writing to a cache is part of the prompt. */
export function encodeUsage(usage: TokenUsage): JsonObject {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, audioInputTokens } = usage;
  const { outputTokens, audioOutputTokens, reasoningTokens } = usage;
  const text = inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
  const thoughts = Math.min(reasoningTokens ?? 0, outputTokens);
  const prompt = text + (audioInputTokens ?? 0);
  const written = outputTokens - thoughts + (audioOutputTokens ?? 0);
  return compact({
    promptTokenCount: prompt,
    candidatesTokenCount: written,
    totalTokenCount: prompt + written + thoughts,
    cachedContentTokenCount: cacheReadTokens,
    thoughtsTokenCount: reasoningTokens && thoughts,
    promptTokensDetails: details(text, audioInputTokens),
    candidatesTokensDetails: details(outputTokens - thoughts, audioOutputTokens),
  });
}

function details(text: number, audio: number | undefined): readonly JsonObject[] | undefined {
  if (audio === undefined) return undefined;
  return [
    { modality: 'TEXT', tokenCount: text },
    { modality: 'AUDIO', tokenCount: audio },
  ];
}

function audioTokens(list: unknown): number | undefined {
  const audio = objectsIn(list).filter((detail) => detail['modality'] === 'AUDIO');
  return sumOf(audio.map((detail) => asCount(detail['tokenCount'])));
}

function negative(count: number | undefined): number | undefined {
  return count && -count;
}

/** `undefined` where nothing positive was reported. */
function sumOf(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length > 0
    ? Math.max(
        0,
        known.reduce((sum, count) => sum + count, 0),
      )
    : undefined;
}
