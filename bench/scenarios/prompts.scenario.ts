import type { Bench, Scenario } from '../bench.ts';
import { alternate, compare, compareCpu, compareRatio, coreRows } from '../rounds.ts';
import type { Row } from '../table.ts';
import { chatBody, models } from '../traffic.ts';

const promptBytes = 400_000;

/** Long prompts: what a byte costs. */
export const prompts: Scenario = {
  name: 'prompts',
  title: `Prompts of ${promptBytes / 1000} kB`,
  async run(bench: Bench): Promise<Row[]> {
    const rows: Row[] = [];
    for (const connections of [1, 8]) {
      const load = { body: chatBody(models.instant, { promptBytes }), eventsPerAnswer: 0, connections };
      const plan = bench.options.quick ? { rounds: 3, durationMs: 500 } : { rounds: 5, durationMs: 2000 };
      const rounds = await alternate(bench, load, plan);
      const at = `${connections} connection${connections === 1 ? '' : 's'}:`;
      rows.push(
        compareRatio(`${at} requests/s`, rounds, (round) => round.requestsPerSecond),
        compare(`${at} p50 ms`, rounds, (round) => round.latencyMs.p50),
        compare(`${at} p99 ms`, rounds, (round) => round.latencyMs.p99),
        compareCpu(`${at} CPU µs a request`, rounds),
        ...coreRows(at, rounds),
      );
    }
    return rows;
  },
};
