import { describe, expect, test } from 'vitest';
import { FaultHouse } from '../support/fault-house.js';
import { errorMessageOf, storyOf, whole } from '../support/faulty-client.js';
import type { FaultyModel } from '../support/faulty-model.js';
import { filters, overflows, refuses, tells } from '../support/faults.js';

const house = new FaultHouse();

/** Between a model's first call and its second one. */
function gapOf(model: FaultyModel): number {
  return model.call(1).receivedAt - model.call(0).receivedAt;
}

describe('429 with Retry-After', () => {
  const fault = '429 with `Retry-After`';
  const waits = 'waits as long, then a whole answer';

  test.each(
    house.scenes({
      fault,
      outcome: { JSON: waits, stream: waits },
      first: [refuses(429, { 'retry-after': '1' }), tells()],
    }),
  )('is waited for: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(place.callCounts).toEqual([2]);
      expect(gapOf(place.first)).toBeGreaterThanOrEqual(980);
      expect(gapOf(place.first)).toBeLessThan(2500);
    }),
  );

  test.each(
    house.scenes({
      fault: `${fault}, too long to wait for`,
      outcome: { JSON: 'the next target answers at once', stream: 'the next target answers at once' },
      first: [refuses(429, { 'retry-after': new Date(Date.now() + 120_000).toUTCString() })],
      second: [tells()],
    }),
  )('is not waited for where that is too long and another target is there: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(1));
      expect(place.callCounts).toEqual([1, 1]);
      expect(received.tookMs).toBeLessThan(1500);
    }),
  );

  test.each(
    house.scenes({
      fault: `${fault}, past the deadline`,
      outcome: { JSON: '429 at once, with `retry-after`', stream: '429 at once, with `retry-after`' },
      first: [refuses(429, { 'retry-after': '20' })],
    }),
  )('is handed on where it does not fit the deadline: $title', ({ shows, place }) =>
    shows((received) => {
      expect(received.status).toBe(429);
      expect(Number(received.headers.get('retry-after'))).toBeGreaterThan(15);
      expect(place.callCounts).toEqual([1]);
      expect(received.tookMs).toBeLessThan(1500);
    }),
  );
});

describe('429 without Retry-After, for good', () => {
  const outcome = 'at most 3 tries, then the next target answers';

  test.each(
    house.scenes({
      fault: '429 without it, for good',
      outcome: { JSON: outcome, stream: outcome },
      first: [refuses(429)],
      second: [tells()],
    }),
  )('is tried thrice at most: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(1));
      expect(place.first.calls.length).toBeGreaterThanOrEqual(2);
      expect(place.first.calls.length).toBeLessThanOrEqual(3);
      expect(gapOf(place.first)).toBeGreaterThanOrEqual(20);
      expect(place.second.calls).toHaveLength(1);
      expect(received.tookMs).toBeLessThan(2000);
    }),
  );
});

describe('a failing server', () => {
  const once = 'one retry on the same target';
  const moved = 'the next target answers';

  test.each(
    house.scenes({
      fault: '500 once',
      outcome: { JSON: once, stream: once },
      first: [refuses(500), tells()],
      second: [tells()],
      settings: { retry: { baseDelayMs: 400 } },
    }),
  )('that fails once is asked again: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(0));
      expect(received.headers.get('x-gateway-attempts')).toBe('2');
      expect(place.callCounts).toEqual([2, 0]);
      // Half of the delay is fixed; timers may be a millisecond early.
      expect(gapOf(place.first)).toBeGreaterThanOrEqual(195);
      expect(gapOf(place.first)).toBeLessThan(1000);
    }),
  );

  test.each(
    house.scenes({
      fault: '503 for good',
      outcome: { JSON: moved, stream: moved },
      first: [refuses(503)],
      second: [tells()],
    }),
  )('that fails for good is left for the next target: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(1));
      expect(place.first.calls.length).toBeLessThanOrEqual(3);
      expect(place.second.calls).toHaveLength(1);
    }),
  );

  test.each(
    house.scenes({
      fault: "401: the vendor refuses the gateway's key",
      outcome: { JSON: moved, stream: moved },
      first: [refuses(401)],
      second: [tells()],
    }),
  )('that refuses our key is not asked again: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(1));
      expect(place.callCounts).toEqual([1, 1]);
    }),
  );
});

describe.concurrent('a prompt that is too long', () => {
  const fault = 'context length exceeded (400)';
  const moved = 'the next target answers, if its model is another one';
  const refused = "the vendor's message";

  test.each(house.scenes({ fault, outcome: { JSON: moved, stream: moved }, first: [overflows], second: [tells()] }))(
    'may fit another model: $title',
    ({ shows, place }) =>
      shows((received) => {
        expect(storyOf(received)).toEqual(whole(place.text));
        expect(received.headers.get('x-gateway-provider')).toBe(place.provider(1));
        expect(place.callCounts).toEqual([1, 1]);
      }),
  );

  test.each(
    house.scenes({
      fault: `${fault}, the same model elsewhere`,
      outcome: { JSON: refused, stream: refused },
      first: [overflows],
      second: [tells()],
      isSameModel: true,
    }),
  )('does not fit the same model elsewhere: $title', ({ shows, place }) =>
    shows((received) => {
      expect(received.status).toBe(400);
      expect(errorMessageOf(received)).toMatch(/maximum context length is 128000|prompt is too long: 200001 tokens/);
      expect(place.callCounts).toEqual([1, 0]);
    }),
  );

  test.each(
    house.scenes({ fault: `${fault}, nobody else`, outcome: { JSON: refused, stream: refused }, first: [overflows] }),
  )("is refused in the vendor's own words: $title", ({ shows, place }) =>
    shows((received) => {
      expect(received.status).toBe(400);
      expect(errorMessageOf(received)).toMatch(/maximum context length is 128000|prompt is too long: 200001 tokens/);
      expect(place.callCounts).toEqual([1]);
    }),
  );
});

describe.concurrent('a content filter', () => {
  const outcome = "the vendor's reason";

  test.each(
    house.scenes({
      fault: 'content filter (400)',
      outcome: { JSON: outcome, stream: outcome },
      first: [filters],
      second: [tells()],
    }),
  )('is not routed around: $title', ({ shows, place }) =>
    shows((received) => {
      expect(received.status).toBe(400);
      expect(errorMessageOf(received)).toMatch(/content management policy|blocked by content filtering policy/);
      expect(place.callCounts).toEqual([1, 0]);
    }),
  );
});
