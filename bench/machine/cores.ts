import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';

/** `taskset` lists for the two sides of a measurement; each is `undefined` where the machine cannot pin. */
export interface Cores {
  /** One core, for the device under test alone. */
  readonly device: string | undefined;
  /** Every other core, for the load, the upstream and this process. */
  readonly others: string | undefined;
  readonly all: string | undefined;
}

/** From util-linux; where it is missing nothing is pinned. */
export const pinCommand = 'taskset';

/** Chooses the cores and moves this process off the measured one. */
export function chooseCores(): Cores {
  const [first, ...rest] = allowedCores();
  const others = rest.join(',');
  const movable = rest.length > 0 && spawnSync(pinCommand, ['-acp', others, String(process.pid)]).status === 0;
  if (!movable) return { device: undefined, others: undefined, all: undefined };
  return { device: String(first), others, all: `${first},${others}` };
}

/** A container may be given any subset of the machine's cores. */
function allowedCores(): number[] {
  if (!fs.existsSync('/proc/self/status')) return [];
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from = NaN, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  });
}

export function describeMachine(cores: Cores): string {
  const cpus = os.cpus();
  const pinning =
    cores.device === undefined
      ? 'nothing is pinned (no taskset, or one core), so expect noise'
      : `the device under test is alone on core ${cores.device}, load and upstream share ${cores.others}`;
  return `Node ${process.version} on ${cpus.length} × ${cpus[0]?.model.trim() ?? 'unknown CPU'}; ${pinning}.`;
}
