import { describe, expect, test } from 'vitest';
import { atOnce } from '../support/at-once.js';
import { DIALECTS, FaultHouse, MODES, RESILIENCE } from '../support/fault-house.js';
import { promised } from '../support/fault-table.js';
import { storyOf, whole, type Received } from '../support/faulty-client.js';
import { after, filters, refuses, tells, varies } from '../support/faults.js';

const OPEN_MS = 1000;
const MINIMUM_CALLS = 4;
const MARGIN_MS = 1000;
/** As many as there are callers in front of a circuit that may let one of them through. */
const CALLERS = 20;
/** Long enough for all of the callers to come while a probe is under way. */
const PROBE_MS = 150;

const house = new FaultHouse({
  resilience: {
    ...RESILIENCE,
    retry: { ...RESILIENCE.retry, maxAttempts: 1 },
    breaker: {
      window: 10,
      failurePercent: 50,
      minimumCalls: MINIMUM_CALLS,
      openMs: OPEN_MS,
      maxOpenMs: 2 * OPEN_MS,
    },
  },
});

/** None of them says anything of the vendor's health. */
const HARMLESS = [
  ['a bad request', refuses(400)],
  ['a refused key', refuses(401)],
  ['a content filter', filters],
] as const;

const ways = DIALECTS.flatMap((client) => MODES.map((mode) => ({ client, mode })));

function providersOf(answers: readonly Received[]): ReadonlySet<string | null> {
  return new Set(answers.map(({ headers }) => headers.get('x-gateway-provider')));
}

describe.concurrent('a vendor that is down and comes back', () => {
  const cases = ways.map((way) => {
    const health = { isDown: true };
    const first = [varies(() => (health.isDown ? after(PROBE_MS, refuses(503)) : tells()))];
    const place = house.place({ speaks: [way.client], first, second: [tells()] });
    const outcome = 'circuit opens, the fallback serves, one probe at a time, then back';
    return { ...way, health, place, record: promised({ ...way, fault: 'vendor down, then back', outcome }) };
  });

  test.each(cases)('is left alone, probed by one request at a time, and served again: $mode for $client', (of) => {
    const { client, mode, health, place, record } = of;
    return record(async () => {
      const { first, text } = place;
      const ask = () => place.asks({ client, mode });
      for (let calls = 0; calls < MINIMUM_CALLS; calls++) expect(storyOf(await ask())).toEqual(whole(text));
      expect(first.calls).toHaveLength(MINIMUM_CALLS);

      const meanwhile = await atOnce(CALLERS, ask);
      expect(meanwhile.map(storyOf)).toEqual(meanwhile.map(() => whole(text)));
      expect(providersOf(meanwhile)).toEqual(new Set([place.provider(1)]));
      expect(first.calls).toHaveLength(MINIMUM_CALLS);

      const deadline = performance.now() + 2 * OPEN_MS + MARGIN_MS;
      while (first.calls.length < MINIMUM_CALLS + 2 && performance.now() < deadline) {
        const burst = await atOnce(CALLERS, ask);
        expect(burst.map(storyOf)).toEqual(burst.map(() => whole(text)));
      }
      expect(first.calls.length).toBeGreaterThan(MINIMUM_CALLS);
      expect(first.mostAtOnce).toBe(1);

      health.isDown = false;
      const recoveredAt = performance.now();
      await expect
        .poll(async () => (await ask()).headers.get('x-gateway-provider'), { timeout: 10_000, interval: 20 })
        .toBe(place.provider(0));
      expect(performance.now() - recoveredAt).toBeLessThan(2 * OPEN_MS + MARGIN_MS);
      expect(providersOf(await atOnce(CALLERS, ask))).toEqual(new Set([place.provider(0)]));
    });
  });
});

describe.concurrent('a circuit', () => {
  test.each(
    ways.map((way) => {
      const retryAfter = { 'retry-after': '2' };
      const first = [...Array.from({ length: MINIMUM_CALLS }, () => refuses(503, retryAfter)), tells()];
      return { ...way, place: house.place({ speaks: [way.client], first, second: [tells()] }) };
    }),
  )('stays open for as long as Retry-After says: $mode for $client', async ({ client, mode, place }) => {
    const ask = () => place.asks({ client, mode });
    for (let calls = 0; calls < MINIMUM_CALLS; calls++) expect(storyOf(await ask())).toEqual(whole(place.text));
    await expect
      .poll(async () => (await ask()).headers.get('x-gateway-provider'), { timeout: 5000, interval: 50 })
      .toBe(place.provider(0));
    const openedAt = place.first.call(MINIMUM_CALLS - 1).receivedAt;
    expect(place.first.call(MINIMUM_CALLS).receivedAt - openedAt).toBeGreaterThan(1900);
  });

  test.each(
    ways.map((way) => {
      const health = { isDown: true };
      const first = [varies(() => (health.isDown ? refuses(503) : tells()))];
      return { ...way, health, place: house.place({ speaks: [way.client], first }) };
    }),
  )('never locks out the last target: $mode for $client', async ({ client, mode, health, place }) => {
    const failed = 3 * MINIMUM_CALLS;
    for (let calls = 0; calls < failed; calls++) expect((await place.asks({ client, mode })).status).toBe(502);
    expect(place.first.calls).toHaveLength(failed);
    health.isDown = false;
    expect(storyOf(await place.asks({ client, mode }))).toEqual(whole(place.text));
  });

  test.each(
    HARMLESS.flatMap(([what, refusal]) =>
      ways.map(({ client, mode }) => {
        const place = house.place({ speaks: [client], first: [refusal], second: [tells()] });
        return { what, client, mode, place };
      }),
    ),
  )('is not opened by $what: $mode for $client', async ({ client, mode, place }) => {
    const asked = 3 * MINIMUM_CALLS;
    for (let calls = 0; calls < asked; calls++) await place.asks({ client, mode });
    expect(place.first.calls).toHaveLength(asked);
  });
});
