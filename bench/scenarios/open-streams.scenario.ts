import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Device, pidOfDevice, type Scenario, warm, withFresh } from '../bench.ts';
import { cpuTimeMicros, residentBytes } from '../machine/process-stats.ts';
import { median } from '../statistics.ts';
import type { Row } from '../table.ts';
import { chatBody, eventsPerStream, models } from '../traffic.ts';

const streams = 1000;
const settleMs = 1000;
const samples = 4;
const sampleEveryMs = 500;

interface Held {
  readonly beforeMb: number;
  readonly openMb: number;
  readonly afterMb: number;
  readonly kilobytesEach: number;
  readonly corePercent: number;
}

/** Many slow streams: what one costs that is only open. */
export const openStreams: Scenario = {
  name: 'open-streams',
  title: `${streams.toLocaleString('en')} open streams, a chunk a second each`,
  async run(bench: Bench): Promise<Row[]> {
    const proxy = await withFresh(bench, 'proxy', (device) => holdStreams(bench, device));
    const gateway = await withFresh(bench, 'gateway', (device) => holdStreams(bench, device));
    const row = (measure: string, figure: (held: Held) => number): Row => ({
      measure,
      proxy: figure(proxy),
      gateway: figure(gateway),
    });
    return [
      row('memory before, MB', (held) => held.beforeMb),
      row('memory with the streams open, MB', (held) => held.openMb),
      row('memory after they have gone, MB', (held) => held.afterMb),
      row('kB for each stream', (held) => held.kilobytesEach),
      row('share of the core, %', (held) => held.corePercent),
    ];
  },
};

async function holdStreams(bench: Bench, device: Device): Promise<Held> {
  const pid = pidOfDevice(device);
  // Otherwise the growth of a young heap would be charged to the streams.
  await warm(bench.load, device);
  await warmStreams(bench, device);
  await sleep(settleMs);
  const before = residentBytes(pid);
  await bench.load.hold({ port: device.port, body: chatBody(models.trickle, { stream: true }), streams });
  await sleep(settleMs);
  const usedBefore = cpuTimeMicros(pid);
  const open = await sampleResident(pid);
  const usedMicros = cpuTimeMicros(pid) - usedBefore;
  const seconds = (samples * sampleEveryMs) / 1000;
  const eventsSeen = await bench.load.release();
  if (eventsSeen < streams * seconds) throw new Error(`${device.name}: streams stalled after ${eventsSeen} events`);
  await sleep(settleMs);
  return {
    beforeMb: before / 1e6,
    openMb: open / 1e6,
    afterMb: residentBytes(pid) / 1e6,
    kilobytesEach: (open - before) / streams / 1000,
    corePercent: usedMicros / seconds / 1e4,
  };
}

async function warmStreams(bench: Bench, device: Device): Promise<void> {
  const body = chatBody(models.instant, { stream: true });
  const limits = {
    connections: 16,
    startOverMs: 0,
    durationMs: 15_000,
    maxRequests: 1000,
    progressEvery: 0,
  };
  await bench.load.drive({ port: device.port, body, eventsPerAnswer: eventsPerStream, ...limits });
}

async function sampleResident(pid: number): Promise<number> {
  const seen: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    await sleep(sampleEveryMs);
    seen.push(residentBytes(pid));
  }
  return median(seen);
}
