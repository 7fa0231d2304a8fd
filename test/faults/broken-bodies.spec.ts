import { describe, expect, test } from 'vitest';
import { tokensOf } from '../support/faulty-call.js';
import { FaultHouse } from '../support/fault-house.js';
import { storyOf, whole } from '../support/faulty-client.js';
import { breaksOff, dribbles, garbles, leavesOutTerminal, tells } from '../support/faults.js';

const house = new FaultHouse();
const GARBAGE = 'GARBAGE-OF-THE-VENDOR';
const IDLE_MS = 2500;

describe.concurrent('a body that is cut', () => {
  const outcome = 'asked again, then a whole answer';

  test.each([
    ...house.scenes({
      fault: 'JSON body cut',
      outcome: { JSON: outcome },
      first: [breaksOff('hang-up'), tells()],
      second: [tells()],
    }),
    ...house.scenes({
      fault: 'JSON body cut by a reset',
      outcome: { JSON: outcome },
      first: [breaksOff('reset'), tells()],
      second: [tells()],
    }),
  ])('is asked for again, and never handed out: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.headers.get('x-gateway-attempts')).toBe('2');
      expect(place.first.calls.length + place.second.calls.length).toBe(2);
    }),
  );
});

describe.concurrent('a malformed', () => {
  test.each(
    house.scenes({
      fault: 'malformed JSON body',
      outcome: { JSON: 'a whole answer from another try' },
      first: [garbles(GARBAGE), tells()],
      second: [tells()],
    }),
  )('body does not reach the caller: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.raw).not.toContain(GARBAGE);
    }),
  );

  test.each(
    house.scenes({
      fault: 'one malformed event in the stream',
      outcome: { stream: 'continued by the next target: one whole answer' },
      first: [garbles(GARBAGE)],
      second: [tells()],
    }),
  )('event does not reach the caller, whose answer is whole: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.raw).not.toContain(GARBAGE);
    }),
  );
});

describe.concurrent('a complete stream without its terminal event', () => {
  const settings = { timeouts: { idleMs: IDLE_MS } };
  const outcome = { stream: 'finished at once, with usage and the terminal event' };

  test.each([
    ...house.scenes({
      fault: 'complete stream without `[DONE]`',
      outcome,
      first: [leavesOutTerminal('end')],
      second: [tells()],
      settings,
    }),
    ...house.scenes({
      fault: 'complete stream without `[DONE]`, connection open',
      outcome,
      first: [leavesOutTerminal('stall')],
      second: [tells()],
      settings,
    }),
  ])('is finished at once: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.told.tokens).toMatchObject(tokensOf(place.first.call(0)));
      expect(received.tookMs).toBeLessThan(IDLE_MS - 500);
      expect(place.callCounts).toEqual([1, 0]);
    }),
  );

  test.each(
    house.scenes({
      fault: 'complete stream without `[DONE]` and without usage',
      outcome: { stream: 'finished, with an estimated usage' },
      first: [leavesOutTerminal('stall', { withoutUsage: true })],
      second: [tells()],
      settings,
    }),
  )('is whole even where it has no usage and the connection stays open: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.tookMs).toBeLessThan(2 * IDLE_MS);
      expect(place.callCounts).toEqual([1, 0]);
    }),
  );
});

describe.concurrent('an answer byte by byte', () => {
  const outcome = 'a whole answer';

  test.each(
    house.scenes({
      fault: 'one byte at a time',
      outcome: { JSON: outcome, stream: outcome },
      first: [dribbles],
      second: [tells()],
      text: 'Byte by byte, and still whole: naïve café.',
    }),
  )('is put together: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(place.callCounts).toEqual([1, 0]);
    }),
  );
});
