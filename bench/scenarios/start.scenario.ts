import { type Bench, pidOfDevice, type Scenario, withFresh } from '../bench.ts';
import { cpuTimeMicros } from '../machine/process-stats.ts';
import { median } from '../statistics.ts';
import type { Row } from '../table.ts';

const mostStartMs = 1000;

/** From the start of the process to its first whole answer to a chat request. */
export const start: Scenario = {
  name: 'start',
  title: 'Start to first answer',
  async run(bench: Bench): Promise<Row[]> {
    const times = bench.options.quick ? 3 : 7;
    const free = await startOften(bench, times, bench.cores.all);
    const pinned = await startOften(bench, times, bench.cores.device);
    const row = (where: string, startMs: number): Row => ({
      measure: `${where}, ms`,
      gateway: startMs,
      target: { text: `≤ ${mostStartMs} ms`, met: startMs <= mostStartMs },
    });
    return [
      row('on any core', free.startMs),
      row('on one core', pinned.startMs),
      { measure: 'CPU ms until then', gateway: pinned.cpuMs },
    ];
  },
};

async function startOften(
  bench: Bench,
  times: number,
  cores: string | undefined,
): Promise<{ startMs: number; cpuMs: number }> {
  const startsMs: number[] = [];
  const cpusMs: number[] = [];
  for (let time = 0; time < times; time++) {
    const startedAt = performance.now();
    await withFresh({ ...bench, cores: { ...bench.cores, device: cores } }, 'gateway', async (device) => {
      startsMs.push(performance.now() - startedAt);
      cpusMs.push(cpuTimeMicros(pidOfDevice(device)) / 1000);
    });
  }
  return { startMs: median(startsMs), cpuMs: median(cpusMs) };
}
