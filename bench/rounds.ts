import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Device, DeviceName } from './bench.ts';
import { pidOfDevice } from './bench.ts';
import type { DriveJob, DriveResult } from './load/protocol.ts';
import { busyTimeMicros, cpuTimeMicros } from './machine/process-stats.ts';
import { median } from './statistics.ts';
import type { Row } from './table.ts';

/** One device under one load once. */
export interface Round extends DriveResult {
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  /** Of the time, how much the device used its core; near 100 it is what limits the rate. */
  readonly devicePercent: number;
  /** What other programs used meanwhile, in percent of one core: noise. */
  readonly noisePercent: number;
}

export type Rounds = Readonly<Record<DeviceName, readonly Round[]>>;
export type Load = Pick<DriveJob, 'body' | 'eventsPerAnswer' | 'connections'> & Partial<Pick<DriveJob, 'startOverMs'>>;

export interface Plan {
  readonly rounds: number;
  readonly durationMs: number;
}

type Turn = Readonly<Record<DeviceName, Round>>;

/** A turn in which other programs used more than this is taken again, at most so often. */
const tolerableNoisePercent = 10;
const mostRepeats = 7;
const repeatAfterMs = 1000;

/**
 * Drives the devices in turn, again and again, so that a slow minute of the machine falls on all of them. The first
 * turn is not counted.
 */
export async function alternate(bench: Bench, load: Load, plan: Plan): Promise<Rounds> {
  await takeTurn(bench, load, plan.durationMs / 2);
  const turns: Turn[] = [];
  const mostTurns = plan.rounds + (bench.options.quick ? 1 : mostRepeats);
  while (turns.filter(isQuiet).length < plan.rounds && turns.length < mostTurns) {
    const turn = await takeTurn(bench, load, plan.durationMs);
    turns.push(turn);
    if (!isQuiet(turn) && !bench.options.quick) await sleep(repeatAfterMs);
  }
  const kept = turns.toSorted((one, other) => noiseOf(one) - noiseOf(other)).slice(0, plan.rounds);
  return {
    direct: kept.map((turn) => turn.direct),
    proxy: kept.map((turn) => turn.proxy),
    gateway: kept.map((turn) => turn.gateway),
  };
}

function noiseOf(turn: Turn): number {
  return Math.max(turn.direct.noisePercent, turn.proxy.noisePercent, turn.gateway.noisePercent);
}

function isQuiet(turn: Turn): boolean {
  return noiseOf(turn) <= tolerableNoisePercent;
}

async function takeTurn(bench: Bench, load: Load, durationMs: number): Promise<Turn> {
  return {
    direct: await measure(bench, bench.upstream, load, durationMs),
    proxy: await measure(bench, bench.proxy, load, durationMs),
    gateway: await measure(bench, bench.gateway, load, durationMs),
  };
}

async function measure(bench: Bench, device: Device, load: Load, durationMs: number): Promise<Round> {
  const pid = pidOfDevice(device);
  const ours = new Set([pid, pidOfDevice(bench.upstream), bench.load.pid, process.pid]);
  const noiseTime = (): number => busyTimeMicros() - [...ours].reduce((sum, our) => sum + cpuTimeMicros(our), 0);
  const before = { cpu: cpuTimeMicros(pid), noise: noiseTime() };
  const job = {
    startOverMs: 0,
    ...load,
    port: device.port,
    durationMs,
    maxRequests: 1_000_000,
    progressEvery: 0,
  };
  const result = await bench.load.drive(job);
  const usedMicros = cpuTimeMicros(pidOfDevice(device)) - before.cpu;
  const elapsedMicros = result.elapsedMs * 1000;
  if (result.failures > 0) {
    throw new Error(`${device.name}: ${result.failures} failures, first: ${result.firstFailure}`);
  }
  return {
    ...result,
    requestsPerSecond: (result.requests / result.elapsedMs) * 1000,
    cpuMicrosPerRequest: usedMicros / result.requests,
    devicePercent: (usedMicros / elapsedMicros) * 100,
    noisePercent: (Math.max(0, noiseTime() - before.noise) / elapsedMicros) * 100,
  };
}

/**
 * Medians over the rounds. Differences and ratios are taken within each round first: what disturbed a round disturbed
 * all that was measured in it.
 */
export function compare(measure: string, rounds: Rounds, figure: (round: Round) => number): Row {
  const { direct, proxy, gateway } = {
    direct: rounds.direct.map(figure),
    proxy: rounds.proxy.map(figure),
    gateway: rounds.gateway.map(figure),
  };
  const paired = (other: readonly number[], combine: (mine: number, its: number) => number): number =>
    median(gateway.map((value, round) => combine(value, other[round] ?? NaN)));
  return {
    measure,
    direct: median(direct),
    proxy: median(proxy),
    gateway: median(gateway),
    overDirect: paired(direct, (mine, its) => mine - its),
    overProxy: paired(proxy, (mine, its) => mine - its),
    ofProxy: paired(proxy, (mine, its) => mine / its),
  };
}

/** Rates and shares, for which a difference says nothing. */
export function compareRatio(measure: string, rounds: Rounds, figure: (round: Round) => number): Row {
  return { ...compare(measure, rounds, figure), overDirect: undefined, overProxy: undefined };
}

/** CPU time is what a device costs, whatever else the machine is doing. */
export function compareCpu(measure: string, rounds: Rounds): Row {
  const row = compare(measure, rounds, (round) => round.cpuMicrosPerRequest);
  return { ...row, direct: undefined, overDirect: undefined };
}

/** How much of its core the device used, and what else went on. */
export function coreRows(at: string, rounds: Rounds): Row[] {
  const row = (measure: string, figure: (round: Round) => number): Row => ({
    measure: `${at} ${measure}`,
    proxy: median(rounds.proxy.map(figure)),
    gateway: median(rounds.gateway.map(figure)),
  });
  return [
    row('core used, %', (round) => round.devicePercent),
    row('other programs, % of a core', (round) => round.noisePercent),
  ];
}

/** A target on times and rates is not judged where other programs took part in them. */
export function withTarget(row: Row, rounds: Rounds, text: string, met: boolean): Row {
  const noisePercent = median([...rounds.proxy, ...rounds.gateway].map((round) => round.noisePercent));
  return { ...row, target: { text, met: noisePercent <= tolerableNoisePercent ? met : undefined } };
}
