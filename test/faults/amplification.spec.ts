import { expect, test } from 'vitest';
import { keepAsking } from '../support/at-once.js';
import { DIALECTS, FaultHouse } from '../support/fault-house.js';
import { refuses } from '../support/faults.js';

const CALLERS = 120;
const FOR_MS = 5000;
/** As the default of `retry.budgetPercent` promises. */
const MOST_CALLS_PER_REQUEST = 1.2;
const LONGEST_MS = 15_000;

/** Everything is as it is by default, but for pauses so short that retries are a matter of the budget alone. */
const house = new FaultHouse({ resilience: { retry: { baseDelayMs: 20, maxDelayMs: 40 } } });
const places = DIALECTS.map((client) => ({ client, place: house.place({ speaks: [client], first: [refuses(503)] }) }));

test.each(places)(
  `a vendor that fails under load is not hammered: ${CALLERS} callers of $client`,
  { timeout: FOR_MS + LONGEST_MS + 10_000 },
  async ({ client, place }) => {
    const answers = await keepAsking({ callers: CALLERS, forMs: FOR_MS }, async (caller) => {
      const { status, tookMs } = await place.asks({ client, mode: caller % 2 === 0 ? 'JSON' : 'stream' });
      return { status, tookMs };
    });
    const calls = place.first.calls.length;
    process.stdout.write(`amplification, ${client}: ${answers.length} requests, ${calls} calls\n`);
    // A gateway that sheds load answers 503 itself.
    expect(answers.filter(({ status }) => status !== 502 && status !== 503)).toEqual([]);
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(LONGEST_MS);
    expect(answers.length).toBeGreaterThan(2 * CALLERS);
    expect(calls).toBeGreaterThan(CALLERS);
    expect(calls / answers.length).toBeLessThanOrEqual(MOST_CALLS_PER_REQUEST);
  },
);
