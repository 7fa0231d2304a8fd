import { randomUUID } from 'node:crypto';

/**
 * Where one request stands in a distributed trace.
 * @see https://www.w3.org/TR/trace-context/
 */
export interface TraceContext {
  /** 32 lower-case hex digits, shared by every hop. */
  readonly traceId: string;
  /** 16 lower-case hex digits, the gateway's own span. */
  readonly spanId: string;
  /** Two hex digits: the caller's sampling decision, and none of the bits that are not defined. */
  readonly flags: string;
  /** Vendor-specific state, handed on as it came. */
  readonly tracestate: string | undefined;
}

/** Version 00 has exactly four fields; later versions may have more. */
const TRACEPARENT =
  /^(?!ff)(?:00(?=-.{52}$)|[0-9a-f]{2}(?<!00))-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-|$)/;
const SAMPLED = '01';
const NOT_SAMPLED = '00';
/** The specification asks for at least 512 characters to be carried on. */
const MAX_TRACESTATE_LENGTH = 2048;

/** Continues the caller's trace, or starts one when `traceparent` is missing or malformed. */
export function continueTrace(traceparent: string | undefined, tracestate: string | undefined): TraceContext {
  const incoming = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (!incoming) return { traceId: hex(32), spanId: hex(16), flags: SAMPLED, tracestate: undefined };
  const [, traceId = '', sent = SAMPLED] = incoming;
  const flags = Number.parseInt(sent, 16) % 2 === 1 ? SAMPLED : NOT_SAMPLED;
  const carried = tracestate !== undefined && tracestate.length <= MAX_TRACESTATE_LENGTH ? tracestate : undefined;
  return { traceId, spanId: hex(16), flags, tracestate: carried };
}

export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.flags}`;
}

/** Random hex digits. A version 4 UUID has 122 random bits, never all zero, and Node makes them from a pool. */
function hex(digits: 16 | 32): string {
  return randomUUID().replaceAll('-', '').slice(0, digits);
}
