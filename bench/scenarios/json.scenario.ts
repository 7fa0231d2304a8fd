import type { Bench, Scenario } from '../bench.ts';
import { alternate, compare, compareCpu, compareRatio, coreRows, type Rounds, withTarget } from '../rounds.ts';
import type { Row } from '../table.ts';
import { chatBody, models } from '../traffic.ts';

const connectionCounts = [1, 32, 256];
const leastOfProxy = 0.5;
const mostAddedP50Ms = 0.5;

/** Small JSON replies: what the gateway costs where the vendor costs nothing. */
export const json: Scenario = {
  name: 'json',
  title: 'Small JSON replies',
  async run(bench: Bench): Promise<Row[]> {
    const rows: Row[] = [];
    for (const connections of connectionCounts) {
      const load = { body: chatBody(models.instant), eventsPerAnswer: 0, connections };
      const plan = bench.options.quick ? { rounds: 3, durationMs: 500 } : { rounds: 7, durationMs: 2000 };
      rows.push(...rowsFor(connections, await alternate(bench, load, plan)));
    }
    return rows;
  },
};

function rowsFor(connections: number, rounds: Rounds): Row[] {
  const at = `${connections} connection${connections === 1 ? '' : 's'}:`;
  const rate = compareRatio(`${at} requests/s`, rounds, (round) => round.requestsPerSecond);
  const p50 = compare(`${at} p50 ms`, rounds, (round) => round.latencyMs.p50);
  const isFastEnough = (rate.ofProxy ?? 0) >= leastOfProxy;
  const isPromptEnough = (p50.overDirect ?? Infinity) <= mostAddedP50Ms;
  return [
    connections === 1 ? rate : withTarget(rate, rounds, `≥ ${leastOfProxy} of the proxy`, isFastEnough),
    connections === 1 ? withTarget(p50, rounds, `adds ≤ ${mostAddedP50Ms} ms`, isPromptEnough) : p50,
    compare(`${at} p99 ms`, rounds, (round) => round.latencyMs.p99),
    compareCpu(`${at} CPU µs a request`, rounds),
    ...coreRows(at, rounds),
  ];
}
