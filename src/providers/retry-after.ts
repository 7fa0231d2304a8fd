/** A day: past it a timer may overflow, and nobody waits. */
const MOST_MS = 86_400_000;

/**
 * When a vendor asks to be called again.
 * @param headers lower-case names
 * @param nowMs milliseconds since the epoch, for `retry-after` as a date
 * @returns milliseconds from now, `undefined` when the vendor does not say
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after and openai-node for `retry-after-ms`
 */
export function parseRetryAfter(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  nowMs: number,
): number | undefined {
  const askedMs = readMs(headers, nowMs);
  return askedMs === undefined || Number.isNaN(askedMs) ? undefined : Math.min(Math.max(0, askedMs), MOST_MS);
}

function readMs(headers: Readonly<Record<string, string | string[] | undefined>>, nowMs: number): number | undefined {
  const milliseconds = numberIn(headers['retry-after-ms']);
  if (milliseconds !== undefined) return milliseconds;
  const header = headers['retry-after'];
  if (typeof header !== 'string') return undefined;
  const seconds = numberIn(header);
  return seconds === undefined ? Date.parse(header) - nowMs : seconds * 1000;
}

function numberIn(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || !/^\s*\d+(\.\d+)?\s*$/.test(header)) return undefined;
  return Number(header);
}
