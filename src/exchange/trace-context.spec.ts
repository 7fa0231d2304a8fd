import { describe, expect, it } from 'vitest';
import { continueTrace, formatTraceparent } from './trace-context.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';

/** Cases of https://www.w3.org/TR/trace-context/ and of its test suite, w3c/trace-context. */
describe('continueTrace', () => {
  it.each([
    ['version 00, sampled', `00-${TRACE_ID}-${PARENT_ID}-01`],
    ['version 00, not sampled', `00-${TRACE_ID}-${PARENT_ID}-00`],
    ['a later version of the same form', `cc-${TRACE_ID}-${PARENT_ID}-01`],
    ['a later version with more fields', `cc-${TRACE_ID}-${PARENT_ID}-01-what-the-future-will-be-like`],
    ['a trace id that begins with zeros', `00-${'0'.repeat(31)}1-${PARENT_ID}-01`],
  ])('continues %s', (_, traceparent) => {
    const trace = continueTrace(traceparent, 'vendor=1');
    expect(trace.traceId).toBe(traceparent.slice(3, 35));
    expect(trace.flags).toBe(traceparent.slice(53, 55));
    expect(trace.tracestate).toBe('vendor=1');
    expect(trace.spanId).not.toBe(PARENT_ID);
  });

  it.each([
    ['no traceparent', undefined],
    ['an empty one', ''],
    ['version ff', `ff-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version of one digit', `0-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version of three digits', `000-${TRACE_ID}-${PARENT_ID}-01`],
    ['a version that is no number', `.0-${TRACE_ID}-${PARENT_ID}-01`],
    ['version 00 with a field too many', `00-${TRACE_ID}-${PARENT_ID}-01-what-the-future-will-be-like`],
    ['version 00 with an empty field too many', `00-${TRACE_ID}-${PARENT_ID}-01-`],
    ['version 00 with a sign after its end', `00-${TRACE_ID}-${PARENT_ID}-01.`],
    ['a later version that goes on without a dash', `cc-${TRACE_ID}-${PARENT_ID}-01.what-the-future`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT_ID}-01`],
    ['a trace id in capitals', `00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`],
    ['a trace id with a sign in it', `00-.${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    ['a trace id that is too long', `00-${TRACE_ID}1-${PARENT_ID}-01`],
    ['a trace id that is too short', `00-${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    ['a parent id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['a parent id with a sign in it', `00-${TRACE_ID}-${PARENT_ID.slice(1)}.-01`],
    ['a parent id that is too long', `00-${TRACE_ID}-${PARENT_ID}1-01`],
    ['a parent id that is too short', `00-${TRACE_ID}-${PARENT_ID.slice(1)}-01`],
    ['flags of one digit', `00-${TRACE_ID}-${PARENT_ID}-1`],
    ['flags of three digits', `00-${TRACE_ID}-${PARENT_ID}-001`],
    ['flags that are no number', `00-${TRACE_ID}-${PARENT_ID}-.0`],
    ['two traceparents, as Node joins them', `00-${TRACE_ID}-${PARENT_ID}-01, 00-${TRACE_ID}-${PARENT_ID}-01`],
  ])('starts a trace of its own, sampled and without state, for %s', (_, traceparent) => {
    const trace = continueTrace(traceparent, 'vendor=1');
    expect(trace.traceId).not.toBe(TRACE_ID);
    expect(formatTraceparent(trace)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(trace.tracestate).toBeUndefined();
  });

  it('sets flags to zero that no version has defined', () => {
    const { flags } = continueTrace(`00-${TRACE_ID}-${PARENT_ID}-ff`, undefined);
    expect(Number.parseInt(flags, 16) & 0b1111_1100).toBe(0);
    expect(Number.parseInt(flags, 16) & 0b1).toBe(1);
  });

  it.each([512, 2048])('carries a tracestate of %i characters on', (length) => {
    const tracestate = `a=${'b'.repeat(length - 2)}`;
    expect(continueTrace(`00-${TRACE_ID}-${PARENT_ID}-01`, tracestate).tracestate).toBe(tracestate);
  });

  it('drops a tracestate without end, and keeps the trace', () => {
    const trace = continueTrace(`00-${TRACE_ID}-${PARENT_ID}-01`, `a=${'b'.repeat(100_000)}`);
    expect(trace).toMatchObject({ traceId: TRACE_ID, tracestate: undefined });
  });

  it('gives every request a span of its own', () => {
    const spans = Array.from(
      { length: 1_000 },
      () => continueTrace(`00-${TRACE_ID}-${PARENT_ID}-01`, undefined).spanId,
    );
    expect(new Set(spans).size).toBe(1_000);
  });
});

describe('formatTraceparent', () => {
  it('is version 00, whatever the caller sent', () => {
    const trace = continueTrace(`cc-${TRACE_ID}-${PARENT_ID}-00-more`, undefined);
    expect(formatTraceparent(trace)).toBe(`00-${TRACE_ID}-${trace.spanId}-00`);
  });
});
