interface BackoffOptions {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Exponential backoff with equal jitter: half of the doubled delay is fixed, so that a vendor in trouble always gets a
 * pause, and half is random, so that clients which failed together do not come back together.
 * @param failures how many calls have failed so far, from 1
 * @param random 0 to 1
 * @returns milliseconds
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(
  failures: number,
  { baseDelayMs, maxDelayMs }: BackoffOptions,
  random = Math.random(),
): number {
  return (0.5 + random / 2) * Math.min(maxDelayMs, baseDelayMs * 2 ** (failures - 1));
}
