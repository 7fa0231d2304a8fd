/**
 * Tokens of one exchange in disjoint buckets: their sum is what the vendor counted. A bucket that the vendor did not
 * report is `undefined`, which is not the same as 0.
 */
export interface TokenUsage {
  /** Input read at the full price: neither from a cache nor audio. */
  readonly inputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly audioInputTokens?: number;
  /** Output other than audio. Includes `reasoningTokens`. */
  readonly outputTokens: number;
  readonly audioOutputTokens?: number;
  /** The part of `outputTokens` that the caller never saw. */
  readonly reasoningTokens?: number;
}

/** What is left of a vendor's total without those of its parts that have buckets of their own. */
export function withoutParts(total = 0, ...parts: readonly (number | undefined)[]): number {
  return Math.max(
    0,
    parts.reduce<number>((left, part) => left - (part ?? 0), total),
  );
}
