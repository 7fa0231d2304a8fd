import { describe, expect, test } from 'vitest';
import { beginningOf } from '../support/continuing-request.js';
import { FaultHouse } from '../support/fault-house.js';
import { storyOf } from '../support/faulty-client.js';
import { breaksOff, refuses, tells } from '../support/faults.js';
import { CITY_SCHEMA, WEATHER } from '../support/weather.js';

const house = new FaultHouse();
const SENT_WORDS = 5;
const broken = { stream: 'an error event, and no terminal event' };
const cut = [breaksOff('hang-up', { after: SENT_WORDS })];

const calls = { name: WEATHER.name, arguments: '{"city": "Paris", "and": "a few more arguments"}' };
const TOOLS = {
  'openai-chat': { tools: [{ type: 'function', function: { ...WEATHER, parameters: CITY_SCHEMA } }] },
  'anthropic-messages': { tools: [{ ...WEATHER, input_schema: CITY_SCHEMA }] },
};
const SCHEMA = {
  'openai-chat': {
    response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema: CITY_SCHEMA } },
  },
  'anthropic-messages': { output_config: { format: { type: 'json_schema', schema: CITY_SCHEMA } } },
};

describe.concurrent('what cannot go on from its middle is not continued', () => {
  test.each([
    ...house.scenes({
      fault: 'stream cut in a tool call',
      outcome: broken,
      first: [breaksOff('hang-up', { calls, after: 2 })],
      second: [tells({ calls })],
      extra: TOOLS,
    }),
    ...house.scenes({
      fault: 'stream cut in structured output',
      outcome: broken,
      first: [breaksOff('hang-up', { after: 2 })],
      second: [tells()],
      text: '{"city": "Paris", "and": "a few more members"}',
      extra: SCHEMA,
    }),
    ...house.scenes({
      fault: 'stream cut, `streamRecovery: error`',
      outcome: broken,
      first: cut,
      second: [tells()],
      settings: { streamRecovery: 'error' },
    }),
    ...house.scenes({
      fault: 'stream stalls, `streamRecovery: error`',
      outcome: broken,
      first: [breaksOff('stall', { after: SENT_WORDS })],
      second: [tells()],
      settings: { streamRecovery: 'error', timeouts: { idleMs: 500 } },
    }),
  ])('and breaks off visibly: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toMatchObject({ status: 200, close: 'broken' });
      expect(place.callCounts).toEqual([1, 0]);
    }),
  );
});

describe.concurrent('a text with tools at hand', () => {
  test.each(
    house.scenes({
      fault: 'stream cut before a tool call',
      outcome: { stream: 'continued by the next target, which calls the tool' },
      first: cut,
      second: [tells({ calls })],
      extra: TOOLS,
    }),
  )('goes on with a call of one: $title', ({ shows, place }) =>
    shows((received) => {
      expect(storyOf(received)).toMatchObject({ status: 200, close: 'whole', ids: 1, finishes: 1 });
      expect(received.told.text.trimEnd()).toBe(beginningOf(place, SENT_WORDS).trimEnd());
      expect(received.told.calls).toMatchObject([{ name: calls.name, arguments: { city: 'Paris' } }]);
      expect(received.told.ending).toBe('tools');
    }),
  );
});

describe.concurrent('a continuation that fails', () => {
  test.each([
    ...house.scenes({
      fault: 'the continuation is refused',
      outcome: broken,
      first: cut,
      second: [refuses(503)],
      settings: { retry: { maxAttempts: 1 } },
    }),
    ...house.scenes({
      fault: 'the continuation is another answer',
      outcome: broken,
      first: cut,
      second: [tells({ goesOn: 'another answer' })],
      settings: { retry: { maxAttempts: 1 } },
    }),
    ...house.scenes({ fault: 'every continuation is cut', outcome: broken, first: cut, second: cut }),
  ])('leaves a stream that is visibly broken, with no word that is wrong: $title', ({ shows, place }) =>
    shows((received) => {
      const story = storyOf(received);
      expect(story).toMatchObject({ status: 200, close: 'broken' });
      expect(place.text.startsWith(story.text)).toBe(true);
      expect(story.text.length).toBeGreaterThanOrEqual(beginningOf(place, SENT_WORDS).trimEnd().length);
      // The next target and, once, the same.
      expect(place.first.calls.length).toBeLessThanOrEqual(2);
      expect(place.second.calls.length).toBeLessThanOrEqual(2);
    }),
  );
});
