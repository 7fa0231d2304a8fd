/**
 * A duration in the form of OpenAI's `x-ratelimit-reset-*` headers: `12ms`, `1s`, `6m0s`.
 * @param ms rounded up, so that waiting this long is enough
 */
export function formatDuration(ms: number): string {
  if (ms <= 999) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
