import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { firstAnswer } from './first-answer.ts';
import { LoadGenerator } from './load/generator.ts';
import type { Cores } from './machine/cores.ts';
import { firstMessage, isRunning, pidOf, startProcess, stopProcess } from './machine/processes.ts';
import type { Options } from './options.ts';
import { startGateway } from './servers/gateway.ts';
import type { Row } from './table.ts';
import { chatBody, models } from './traffic.ts';

export type DeviceName = 'direct' | 'proxy' | 'gateway';

/** Something that answers chat requests: the upstream itself, the bare proxy, or the gateway. */
export interface Device {
  readonly name: DeviceName;
  readonly port: number;
  readonly child: ChildProcess;
  /** Only the gateway has one. */
  readonly logPath?: string;
}

export interface Bench {
  readonly options: Options;
  readonly cores: Cores;
  readonly load: LoadGenerator;
  /** Started once, warm, and shared by the scenarios that compare speed. */
  readonly upstream: Device;
  readonly proxy: Device;
  readonly gateway: Device;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<Row[]>;
}

const upstreamScript = fileURLToPath(new URL('./servers/upstream.ts', import.meta.url));
const proxyScript = fileURLToPath(new URL('./servers/bare-proxy.ts', import.meta.url));
const warmUp = { connections: 32, startOverMs: 0, durationMs: 30_000, maxRequests: 20_000 };

export async function prepare(options: Options, cores: Cores): Promise<Bench> {
  const load = await LoadGenerator.start(cores.others);
  const upstream = await startUpstream(cores);
  const proxy = await startDevice('proxy', { options, cores, upstream });
  const gateway = await startDevice('gateway', { options, cores, upstream });
  for (const device of [upstream, proxy, gateway]) await warm(load, device);
  return { options, cores, load, upstream, proxy, gateway };
}

async function startUpstream(cores: Cores): Promise<Device> {
  const child = startProcess({ script: upstreamScript, cores: cores.others });
  return { name: 'direct', port: Number(await firstMessage(child)), child };
}

/** Starts a device on its own core and sees its first answer. */
export async function startDevice(
  name: 'proxy' | 'gateway',
  { options, cores, upstream }: Pick<Bench, 'options' | 'cores' | 'upstream'>,
): Promise<Device> {
  const device =
    name === 'proxy' ? await startProxy(cores, upstream) : await startGatewayDevice(options, cores, upstream);
  const status = await firstAnswer(device.port);
  if (status !== 200) throw new Error(`${name} answers a chat request with ${status}`);
  return device;
}

async function startProxy(cores: Cores, upstream: Device): Promise<Device> {
  const environment = { UPSTREAM_PORT: String(upstream.port) };
  const child = startProcess({ script: proxyScript, cores: cores.device, environment });
  return { name: 'proxy', port: Number(await firstMessage(child)), child };
}

async function startGatewayDevice(options: Options, cores: Cores, upstream: Device): Promise<Device> {
  const { gatewayEntry: entry, nodeOptions } = options;
  const gateway = await startGateway({ entry, upstreamPort: upstream.port, cores: cores.device, nodeOptions });
  return { name: 'gateway', ...gateway };
}

/** Enough requests that the hot paths are compiled. */
export async function warm(load: LoadGenerator, device: Device): Promise<void> {
  const body = chatBody(models.instant);
  const result = await load.drive({ port: device.port, body, eventsPerAnswer: 0, progressEvery: 0, ...warmUp });
  if (result.failures > 0)
    throw new Error(`${device.name}: ${result.failures} failures, first: ${result.firstFailure}`);
}

/** For the scenarios that need a device without a past. */
export async function withFresh<T>(
  bench: Bench,
  name: 'proxy' | 'gateway',
  work: (device: Device) => Promise<T>,
): Promise<T> {
  const device = await startDevice(name, bench);
  try {
    return await work(device);
  } finally {
    await stopProcess(device.child);
  }
}

/** @throws when the process has ended, which no device does by itself */
export function pidOfDevice(device: Device): number {
  if (!isRunning(device.child)) throw new Error(`${device.name} has ended`);
  return pidOf(device.child);
}
