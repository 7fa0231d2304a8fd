import { expect, test } from 'vitest';
import { atOnce } from '../support/at-once.js';
import { DIALECTS, FaultHouse, MODES } from '../support/fault-house.js';
import { storyOf, whole } from '../support/faulty-client.js';
import { refuses, resets, silent, tells } from '../support/faults.js';

const CALLERS = 20;
/** The budget of retries is the gateway's own. */
const house = new FaultHouse({
  resilience: {
    retry: { baseDelayMs: 50, maxDelayMs: 200 },
    timeouts: { connectMs: 1000, firstTokenMs: 1000, headersMs: 1000, totalMs: 10_000 },
  },
});

const deaths = { 'answers 503': refuses(503), 'resets every connection': resets, 'says nothing': silent };

test.each(
  Object.entries(deaths).flatMap(([death, behaviour]) =>
    DIALECTS.flatMap((client) =>
      MODES.map((mode) => {
        const place = house.place({ speaks: [client], first: [behaviour], second: [tells()] });
        return { death, client, mode, place };
      }),
    ),
  ),
)(`${CALLERS} requests at once are answered where the first target $death: $mode for $client`, async (of) => {
  const { client, mode, place } = of;
  const answers = await atOnce(CALLERS, () => place.asks({ client, mode }));
  expect(answers.map(storyOf)).toEqual(answers.map(() => whole(place.text)));
  expect(place.second.calls).toHaveLength(CALLERS);
  expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(5000);
});
