import { describe, expect, test } from 'vitest';
import { beginningOf, continuingRequestOf } from '../support/continuing-request.js';
import { FaultHouse, type Scene } from '../support/fault-house.js';
import { commentOf, QUESTION, storyOf, whole, type Received } from '../support/faulty-client.js';
import { breaksOff, refusesPrefill, tells, type Break } from '../support/faults.js';
import type { GoingOn } from '../support/sayings.js';
import type { Tokens } from '../support/tongues/tongue.js';

const house = new FaultHouse();
const SENT_WORDS = 5;
const IDLE_MS = 600;
const TOLERANCE_MS = 30;
const cut = [breaksOff('hang-up', { after: SENT_WORDS })];

/** What is said of who answered: in the headers, and before the terminal event. */
function namesIn(received: Received) {
  const { provider, model, continued } = commentOf(received);
  return { header: received.headers.get('x-gateway-provider'), provider, model, continued };
}

function namesOf({ place }: Pick<Scene, 'place'>, ...continued: readonly string[]) {
  const provider = place.provider(0);
  return { header: provider, provider, model: place.first.id, continued };
}

/** What the client was told of tokens, without what the last vendor has counted. */
function otherTokens({ told }: Received, last: Tokens | undefined): Tokens {
  return {
    input: (told.tokens?.input ?? 0) - (last?.input ?? 0),
    output: (told.tokens?.output ?? 0) - (last?.output ?? 0),
  };
}

/** Of a question and an answer of a few words, counted by anybody. */
function isPlausible({ input, output }: Tokens): boolean {
  return input >= 3 && input <= 60 && output >= 3 && output <= 4 * SENT_WORDS;
}

describe.concurrent('a stream that is cut is continued by the next target', () => {
  const outcome = { stream: 'continued by the next target: one whole answer' };
  const cuts: readonly (readonly [fault: string, how: Break])[] = [
    ['stream cut', 'hang-up'],
    ['stream cut by a reset', 'reset'],
    ['stream ended properly without its end', 'end'],
    ['stream ended by an error of the vendor', 'failure'],
  ];

  test.each(
    cuts.flatMap(([fault, how]) =>
      house.scenes({
        fault,
        outcome,
        first: [breaksOff(how, { after: SENT_WORDS })],
        second: [tells()],
        isMixed: true,
      }),
    ),
  )('in words: $title', (scene) =>
    scene.shows((received) => {
      const { place } = scene;
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(namesIn(received)).toEqual(namesOf(scene, place.key(1)));
      expect(place.callCounts).toEqual([1, 1]);
      const call = place.second.call(0);
      const written = beginningOf(place, SENT_WORDS).trimEnd();
      expect(continuingRequestOf(call)).toEqual({ by: 'words', written, question: QUESTION });
      expect(otherTokens(received, call.tokens)).toSatisfy(isPlausible);
    }),
  );

  test.each(
    house
      .scenes({ fault: 'stream cut', outcome, first: cut, second: [tells()], takesPrefill: true, isMixed: true })
      .filter(({ speaks }) => speaks.at(-1) === 'anthropic-messages'),
  )('by a prefill where the model takes one: $title', (scene) =>
    scene.shows((received) => {
      const { place } = scene;
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(namesIn(received)).toEqual(namesOf(scene, place.key(1)));
      const call = place.second.call(0);
      const written = beginningOf(place, SENT_WORDS).trimEnd();
      expect(continuingRequestOf(call)).toEqual({ by: 'prefill', written, question: QUESTION });
      expect(call.messages.at(-1)?.text).toBe(written);
      expect(otherTokens(received, call.tokens)).toSatisfy(isPlausible);
    }),
  );

  test.each(house.scenes({ fault: 'stream cut twice', outcome, first: cut, second: cut, third: [tells()] }))(
    'and by the one after it: $title',
    (scene) =>
      scene.shows((received) => {
        const { place } = scene;
        expect(storyOf(received)).toEqual(whole(place.text));
        expect(namesIn(received)).toEqual(namesOf(scene, place.key(1), place.key(2)));
        expect(place.callCounts).toEqual([1, 1, 1]);
        const written = beginningOf(place, 2 * SENT_WORDS).trimEnd();
        expect(continuingRequestOf(place.third.call(0))).toMatchObject({ written });
      }),
  );
});

describe.concurrent('a stream that is cut is continued by the same target', () => {
  test.each(
    house.scenes({
      fault: 'stream cut, and no other target',
      outcome: { stream: 'continued by the same target: one whole answer' },
      first: [...cut, tells()],
    }),
  )('where there is no other: $title', (scene) =>
    scene.shows((received) => {
      const { place } = scene;
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(namesIn(received)).toEqual(namesOf(scene, place.key(0)));
      expect(place.callCounts).toEqual([2]);
    }),
  );
});

describe.concurrent('a stream that stalls', () => {
  test.each(
    house.scenes({
      fault: 'stream stalls, connection open',
      outcome: { stream: 'idle timeout, then continued: one whole answer' },
      first: [breaksOff('stall', { after: SENT_WORDS }), tells()],
      second: [tells()],
      settings: { timeouts: { idleMs: IDLE_MS } },
      isMixed: true,
    }),
  )('is continued after the idle time, and its target is asked again: $title', (scene) =>
    scene.shows(async (received) => {
      const { place, client, mode } = scene;
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(namesIn(received)).toEqual(namesOf(scene, place.key(1)));
      expect(received.tookMs).toBeGreaterThanOrEqual(IDLE_MS - TOLERANCE_MS);
      expect(received.tookMs).toBeLessThan(IDLE_MS + 1500);
      const { receivedAt, goneAt } = place.first.call(0);
      expect((await goneAt) - receivedAt).toBeLessThan(IDLE_MS + 1500);

      const next = await place.asks({ client, mode });
      expect(storyOf(next)).toEqual(whole(place.text));
      expect(next.headers.get('x-gateway-provider')).toBe(place.provider(0));
      expect(place.callCounts).toEqual([2, 1]);
    }),
  );
});

describe.concurrent('what is said twice', () => {
  const outcome = { stream: 'the repetition is cut away: one whole answer' };

  const repeating: readonly (readonly [fault: string, goesOn: GoingOn, takesPrefill: boolean])[] = [
    ['the continuation repeats all of the answer', 'all again', false],
    ['the continuation repeats all of the answer', 'all again', true],
    ['the continuation repeats the last words', 'last words again', false],
    ['the continuation repeats the last words', 'last words again', true],
  ];

  test.each(
    repeating.flatMap(([fault, goesOn, takesPrefill]) =>
      house.scenes({ fault, outcome, first: cut, second: [tells({ goesOn })], takesPrefill }),
    ),
  )('reaches the client once: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(place.callCounts).toEqual([1, 1]);
    }),
  );
});

describe.concurrent('a target that refuses a prefill', () => {
  test.each(
    house
      .scenes({
        fault: 'the fallback refuses assistant prefill',
        outcome: { stream: 'asked to continue in words: one whole answer' },
        first: cut,
        second: [refusesPrefill(tells())],
        takesPrefill: true,
        isMixed: true,
      })
      .filter(({ speaks }) => speaks.at(-1) === 'anthropic-messages'),
  )('is asked in words at once: $title', (scene) =>
    scene.shows((received) => {
      const { place } = scene;
      expect(storyOf(received)).toEqual(whole(place.text));
      expect(received.raw).not.toMatch(/prefill/i);
      expect(namesIn(received)).toEqual(namesOf(scene, place.key(1)));
      expect(place.callCounts).toEqual([1, 2]);
      expect(place.second.calls.map((call) => continuingRequestOf(call).by)).toEqual(['prefill', 'words']);
      expect(place.second.call(1).receivedAt - place.second.call(0).receivedAt).toBeLessThan(1000);
      expect(otherTokens(received, place.second.call(1).tokens)).toSatisfy(isPlausible);
    }),
  );
});
