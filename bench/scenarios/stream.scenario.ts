import type { Bench, Scenario } from '../bench.ts';
import { alternate, compare, compareCpu, compareRatio, coreRows, withTarget } from '../rounds.ts';
import type { Row } from '../table.ts';
import { chatBody, chunksPerStream, eventsPerStream, models, pacedGapMs } from '../traffic.ts';

const mostAddedFirstEventMs = 1;
const pacedStreams = 16;
const burstStreams = 8;

export const stream: Scenario = {
  name: 'stream',
  title: `Streams of ${chunksPerStream} chunks`,
  async run(bench: Bench): Promise<Row[]> {
    return [...(await oneAtATime(bench)), ...(await paced(bench)), ...(await burst(bench))];
  },
};

/** Many short streams with nothing else going on: the only way to a 99th percentile that means the device. */
async function oneAtATime(bench: Bench): Promise<Row[]> {
  const load = {
    body: chatBody(models.opening, { stream: true }),
    eventsPerAnswer: eventsPerStream,
    connections: 1,
  };
  const rounds = await alternate(bench, load, durations(bench, 700, 3000));
  const p99 = compare('one at a time: first event p99 ms', rounds, (round) => round.firstEventMs.p99);
  const isPromptEnough = (p99.overDirect ?? Infinity) <= mostAddedFirstEventMs;
  return [
    compare('one at a time: first event p50 ms', rounds, (round) => round.firstEventMs.p50),
    withTarget(p99, rounds, `adds ≤ ${mostAddedFirstEventMs} ms`, isPromptEnough),
    ...coreRows('one at a time:', rounds),
  ];
}

/** As a model talks: what matters is that no chunk waits for the next. */
async function paced(bench: Bench): Promise<Row[]> {
  const body = chatBody(models.paced, { stream: true });
  const load = {
    body,
    eventsPerAnswer: eventsPerStream,
    connections: pacedStreams,
    startOverMs: chunksPerStream * pacedGapMs,
  };
  const rounds = await alternate(bench, load, durations(bench, 1000, 4000));
  const at = `${pacedStreams} with ${pacedGapMs} ms gaps:`;
  return [
    compare(`${at} first event p50 ms`, rounds, (round) => round.firstEventMs.p50),
    compare(`${at} first event p99 ms`, rounds, (round) => round.firstEventMs.p99),
    compare(`${at} gap p50 ms`, rounds, (round) => round.gapMs.p50),
    compare(`${at} gap p99 ms`, rounds, (round) => round.gapMs.p99),
    compareCpu(`${at} CPU µs a stream`, rounds),
    ...coreRows(at, rounds),
  ];
}

/** As fast as they go: what a stream costs. */
async function burst(bench: Bench): Promise<Row[]> {
  const body = chatBody(models.instant, { stream: true });
  const load = { body, eventsPerAnswer: eventsPerStream, connections: burstStreams };
  const rounds = await alternate(bench, load, durations(bench, 500, 2000));
  const at = `${burstStreams} without gaps:`;
  return [
    compareRatio(`${at} streams/s`, rounds, (round) => round.requestsPerSecond),
    compareCpu(`${at} CPU µs a stream`, rounds),
    ...coreRows(at, rounds),
  ];
}

function durations(bench: Bench, quickMs: number, fullMs: number): { rounds: number; durationMs: number } {
  return bench.options.quick ? { rounds: 3, durationMs: quickMs } : { rounds: 7, durationMs: fullMs };
}
