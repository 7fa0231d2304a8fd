import { describe, expect, test } from 'vitest';
import { FaultHouse } from '../support/fault-house.js';
import { storyOf, whole } from '../support/faulty-client.js';
import { after, hangsUp, hesitates, onlyOpens, resets, silent, tells } from '../support/faults.js';

const house = new FaultHouse();
const LIMIT_MS = 600;
/** The clocks are the gateway's, the tests' is another one. */
const TOLERANCE_MS = 30;
const quick = { timeouts: { firstTokenMs: LIMIT_MS, headersMs: LIMIT_MS } };

describe.concurrent('a connection that ends before the headers', () => {
  const outcome = 'one retry on the same target';

  test.each([
    ...house.scenes({
      fault: 'connection reset before headers',
      outcome: { JSON: outcome, stream: outcome },
      first: [resets, tells()],
      second: [tells()],
    }),
    ...house.scenes({
      fault: 'connection closed before headers',
      outcome: { JSON: outcome, stream: outcome },
      first: [hangsUp, tells()],
      second: [tells()],
    }),
  ])('is made anew: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(0));
      expect(place.callCounts).toEqual([2, 0]);
    }),
  );
});

describe.concurrent('a silent target', () => {
  const outcome = 'one timeout, then the next target answers';

  test.each([
    ...house.scenes({
      fault: 'no response at all',
      outcome: { JSON: outcome, stream: outcome },
      first: [silent],
      second: [tells()],
      settings: quick,
    }),
    ...house.scenes({
      fault: 'headers at once, then nothing',
      outcome: { stream: outcome },
      first: [onlyOpens],
      second: [tells()],
      settings: quick,
    }),
    ...house.scenes({
      fault: 'headers at once, first token too late',
      outcome: { stream: outcome },
      first: [hesitates(5 * LIMIT_MS)],
      second: [tells()],
      settings: quick,
    }),
  ])('is given up once and not asked again: $title', ({ shows, place }) =>
    shows(async (received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(1));
      expect(received.raw).not.toContain(place.first.id);
      expect(place.callCounts).toEqual([1, 1]);
      expect(received.tookMs).toBeGreaterThanOrEqual(LIMIT_MS - TOLERANCE_MS);
      expect(received.tookMs).toBeLessThan(2 * LIMIT_MS + 1000);
      const { receivedAt, goneAt } = place.first.call(0);
      expect((await goneAt) - receivedAt).toBeLessThan(2 * LIMIT_MS);
    }),
  );

  test.each(
    house.scenes({
      fault: 'no response at all, from the last target',
      outcome: { JSON: 'as long as the request may take' },
      first: [after(2 * LIMIT_MS, tells())],
      settings: quick,
    }),
  )('may take its time over a whole answer where no other one is left: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(place.callCounts).toEqual([1]);
    }),
  );

  test.each(
    house.scenes({
      fault: 'no response at all, from every target',
      outcome: { JSON: 'a clean 504', stream: 'a clean 504' },
      first: [silent],
      second: [silent],
      settings: { timeouts: { ...quick.timeouts, totalMs: 4 * LIMIT_MS } },
    }),
  )('is a clean failure where all targets are silent: $title', ({ shows, place }) =>
    shows((received) => {
      expect(received.status).toBe(504);
      expect(received.raw).toMatch(/"(?:upstream_timeout|timeout_error)"/);
      expect(place.callCounts).toEqual([1, 1]);
      expect(received.tookMs).toBeLessThan(4 * LIMIT_MS + 1000);
    }),
  );

  test.each(
    house.scenes({
      fault: 'no response at all, and a deadline of the caller',
      outcome: { JSON: 'a clean 504 in time', stream: 'a clean 504 in time' },
      first: [silent],
      second: [silent],
      headers: { 'x-gateway-timeout-ms': String(LIMIT_MS) },
    }),
  )("ends with the caller's own deadline: $title", ({ shows }) =>
    shows((received) => {
      expect(received.status).toBe(504);
      expect(received.tookMs).toBeGreaterThanOrEqual(LIMIT_MS - TOLERANCE_MS);
      expect(received.tookMs).toBeLessThan(LIMIT_MS + 1000);
    }),
  );
});
