import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Device, pidOfDevice, type Scenario, withFresh } from '../bench.ts';
import { driftPercent, furthestPercent, rangePercent, settled } from '../flatness.ts';
import { Inspector } from '../machine/inspector.ts';
import { residentBytes } from '../machine/process-stats.ts';
import { median } from '../statistics.ts';
import { formatNumber, type Row } from '../table.ts';
import { chatBody, models } from '../traffic.ts';

const settleMs = 2000;
const mostDeviationPercent = 5;
const full = { maxRequests: 200_000, progressEvery: 10_000, durationMs: 240_000 };
const quick = { maxRequests: 20_000, progressEvery: 1000, durationMs: 60_000 };

/** One for each `progressEvery` requests, in megabytes. */
type Samples = readonly number[];

/** A fresh process: its memory at rest, and whether requests leave something behind. */
export const memory: Scenario = {
  name: 'memory',
  title: 'Memory',
  async run(bench: Bench): Promise<Row[]> {
    const proxy = await withFresh(bench, 'proxy', (device) => growth(bench, device));
    const gateway = await withFresh(bench, 'gateway', (device) => growth(bench, device));
    const live = await liveHeap(bench);
    const requests = (bench.options.quick ? quick : full).maxRequests.toLocaleString('en');
    const last = 'last three quarters:';
    const row = (measure: string, figure: (samples: Samples) => number): Row => ({
      measure,
      proxy: figure(proxy.samples),
      gateway: figure(gateway.samples),
    });
    const late = (figure: (samples: Samples) => number) => (samples: Samples) => figure(settled(samples));
    const furthest = row(`${last} furthest from the median, %`, late(furthestPercent));
    const heapFurthest = furthestPercent(settled(live));
    return [
      { measure: 'at rest, after one answer, MB', proxy: proxy.atRest, gateway: gateway.atRest },
      row(`after ${requests} requests, MB`, (samples) => samples.at(-1) ?? NaN),
      row(`${last} median, MB`, late(median)),
      judged(bench, furthest),
      row(`${last} max − min, %`, late(rangePercent)),
      row(`${last} end − start, %`, late(driftPercent)),
      { measure: `${last} live heap, median, MB`, gateway: median(settled(live)) },
      judged(bench, { measure: `${last} live heap, furthest from the median, %`, gateway: heapFurthest }),
      { measure: `the proxy, MB: ${format(proxy.samples)}` },
      { measure: `the gateway, MB: ${format(gateway.samples)}` },
      { measure: `the gateway's live heap, MB: ${format(live)}` },
    ];
  },
};

function judged(bench: Bench, row: Row): Row {
  const met = bench.options.quick ? undefined : (row.gateway ?? NaN) <= mostDeviationPercent;
  return { ...row, target: { text: `≤ ${mostDeviationPercent} %`, met } };
}

async function growth(bench: Bench, device: Device): Promise<{ atRest: number; samples: Samples }> {
  const pid = pidOfDevice(device);
  await sleep(settleMs);
  const atRest = residentBytes(pid) / 1e6;
  const samples: number[] = [];
  await sendAll(bench, device, () => samples.push(residentBytes(pid) / 1e6));
  return { atRest, samples };
}

/**
 * Resident memory also rises because V8 collects its old generation only when it must. So a second process is made to
 * collect at each sample: what stays then is what somebody still holds.
 */
function liveHeap(bench: Bench): Promise<Samples> {
  const options = { ...bench.options, nodeOptions: [...bench.options.nodeOptions, '--inspect=127.0.0.1:0'] };
  return withFresh({ ...bench, options }, 'gateway', async (device) => {
    const inspector = await Inspector.connect(device.logPath ?? '');
    const samples: Promise<number>[] = [];
    await sendAll(bench, device, () => samples.push(inspector.liveHeapBytes()));
    const bytes = await Promise.all(samples);
    inspector.close();
    return bytes.map((size) => size / 1e6);
  });
}

async function sendAll(bench: Bench, device: Device, onSample: () => void): Promise<void> {
  const limits = bench.options.quick ? quick : full;
  const load = {
    port: device.port,
    body: chatBody(models.instant),
    eventsPerAnswer: 0,
    connections: 32,
    startOverMs: 0,
  };
  const result = await bench.load.drive({ ...load, ...limits }, onSample);
  if (result.requests === limits.maxRequests) return;
  throw new Error(`${device.name}: ${result.requests} answers and ${result.failures} failures: ${result.firstFailure}`);
}

function format(samples: Samples): string {
  return samples.map((sample) => formatNumber(sample)).join(' ');
}
