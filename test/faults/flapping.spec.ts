import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keepAsking } from '../support/at-once.js';
import { ADMIN_KEY, DIALECTS, FaultHouse, MODES } from '../support/fault-house.js';
import { storyOf, whole, type Received } from '../support/faulty-client.js';
import type { Behaviour } from '../support/faulty-call.js';
import { breaksOff, resets, tells, varies } from '../support/faults.js';

const FOR_MS = 60_000;
const PHASE_MS = 1000;
const CALLERS = 20;
const TOTAL_MS = 6000;
const GAP_MS = 10;

/** What the vendor does while it is down, one after the other. Half of the time nothing listens at all. */
const FAILURES: readonly Behaviour[] = [
  resets,
  breaksOff('hang-up', { gapMs: GAP_MS }),
  breaksOff('reset', { gapMs: GAP_MS }),
  breaksOff('end', { gapMs: GAP_MS }),
  // Nobody can tell a JSON body that stalls from one that is being written.
  (turn) => (turn.call.isStream ? breaksOff('stall', { gapMs: GAP_MS }) : resets)(turn),
];

const house = new FaultHouse({
  resilience: {
    retry: { baseDelayMs: 50, maxDelayMs: 500 },
    timeouts: { connectMs: 500, firstTokenMs: 1000, headersMs: 1000, idleMs: 500, totalMs: TOTAL_MS },
    breaker: { openMs: 500, maxOpenMs: 1000 },
  },
});

let isDown = false;
let failures = 0;
const flapping = [
  varies(() => (isDown ? (FAILURES[failures++ % FAILURES.length] ?? resets) : tells({ gapMs: GAP_MS }))),
];

const places = [true, false].flatMap((hasFallback) =>
  DIALECTS.flatMap((client) =>
    MODES.map((mode) => {
      const second = hasFallback ? [tells({ gapMs: GAP_MS })] : undefined;
      return { client, mode, hasFallback, place: house.place({ speaks: [client], first: flapping, second }) };
    }),
  ),
);

/** One second up, one second down: in one of two it refuses connections, in the other it takes and breaks them. */
async function flap(signal: AbortSignal): Promise<void> {
  const { first } = house.vendors;
  for (let phase = 0; !signal.aborted; phase++) {
    isDown = phase % 2 === 1;
    if (phase % 4 === 3) await first.goDown();
    else if (!first.isUp) await first.goUp();
    await sleep(PHASE_MS, undefined, { signal }).catch(() => undefined);
  }
  isDown = false;
  if (!first.isUp) await first.goUp();
}

type Outcome = 'whole' | 'failed' | 'broken' | 'truncated';

function outcomeOf(received: Received, text: string): Outcome {
  const story = storyOf(received);
  if (received.status >= 400) return received.raw.includes('"error"') ? 'failed' : 'truncated';
  if (story.close === 'broken') return text.startsWith(story.text) ? 'broken' : 'truncated';
  return JSON.stringify(story) === JSON.stringify(whole(text)) ? 'whole' : 'truncated';
}

/** Every number of that name, wherever it stands. */
function numbersNamed(name: string, json: string): number[] {
  return [...json.matchAll(new RegExp(`"${name}":\\s*(\\d+)`, 'g'))].map(([, number]) => Number(number));
}

test('a vendor that is up for a second and down for a second', { timeout: FOR_MS + 30_000 }, async () => {
  const stop = new AbortController();
  const flaps = flap(stop.signal);
  let turn = 0;
  const answers = await keepAsking({ callers: CALLERS, forMs: FOR_MS }, async () => {
    const { client, mode, hasFallback, place } = places[turn++ % places.length] ?? {};
    if (client === undefined || mode === undefined || place === undefined) throw new Error('there are no places');
    const received = await place.asks({ client, mode });
    return { client, mode, hasFallback, outcome: outcomeOf(received, place.text), tookMs: received.tookMs };
  });
  stop.abort();
  await flaps;

  const counts: Record<string, number> = {};
  for (const { client, mode, hasFallback, outcome } of answers) {
    const kind = `${hasFallback ? 'with' : 'without'} a fallback, ${mode} for ${client}: ${outcome}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  process.stdout.write(`${JSON.stringify(counts, undefined, 1)}\n`);

  expect(answers.filter(({ outcome }) => outcome === 'truncated')).toEqual([]);
  expect(answers.filter(({ hasFallback, outcome }) => hasFallback && outcome !== 'whole')).toEqual([]);
  expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(TOTAL_MS + 1500);
  expect(answers.some(({ outcome }) => outcome === 'failed' || outcome === 'broken')).toBe(true);
  expect(answers.length).toBeGreaterThan(CALLERS * 10);

  await Promise.all(Object.values(house.vendors).map((vendor) => vendor.settled()));
  const response = await fetch(`${house.url}/admin/providers`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  const inFlight = numbersNamed('inFlight', await response.text());
  expect(inFlight.length).toBeGreaterThan(0);
  expect(inFlight.filter((calls) => calls !== 0)).toEqual([]);
  await house.gateway.stop();
  await Promise.all(Object.values(house.vendors).map((vendor) => vendor.abandoned()));
  expect(house.vendors.first.openSockets + house.vendors.second.openSockets).toBe(0);
});
