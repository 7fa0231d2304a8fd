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

/**
 * Cuts a vendor's total into its parts and the rest. Parts that claim more than the whole are held to it, so that the
 * buckets add up to what the vendor counted.
 */
export function partition(
  total: number | undefined,
  ...parts: readonly (number | undefined)[]
): readonly [rest: number, ...parts: readonly (number | undefined)[]] {
  // Nothing is known of the whole: the parts are all there is.
  if (total === undefined) return [0, ...parts];
  let rest = total;
  const held = parts.map((part) => {
    if (part === undefined) return part;
    const taken = Math.min(part, rest);
    rest -= taken;
    return taken;
  });
  return [rest, ...held];
}

/** The sum of two counts. A bucket that neither reports stays unknown. */
export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  const sum: Record<string, number | undefined> = { ...a };
  for (const [bucket, tokens] of Object.entries<number | undefined>({ ...b })) {
    if (tokens !== undefined) sum[bucket] = (sum[bucket] ?? 0) + tokens;
  }
  return { inputTokens: 0, outputTokens: 0, ...sum };
}
