import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const microsPerTick = 1e6 / ticksPerSecond;

const hasNanoseconds =
  fs.existsSync('/proc/self/schedstat') && !fs.readFileSync('/proc/self/schedstat', 'utf8').startsWith('0 ');

/** User and system time of all threads of a process so far. */
export function cpuTimeMicros(pid: number): number {
  return hasNanoseconds ? threadTimeMicros(pid) : tickTimeMicros(pid);
}

/** Exact, where ticks of 10 ms would be most of what a short round uses. Node keeps its threads, so none is missed. */
function threadTimeMicros(pid: number): number {
  const threads = fs.readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    parseInt(fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')),
  );
  return nanoseconds.reduce((sum, time) => sum + time, 0) / 1000;
}

function tickTimeMicros(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the command's name, may hold spaces and brackets: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * microsPerTick;
}

export function residentBytes(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Time that the machine's cores were not idle so far, stolen time included: it was not there to be used either. */
export function busyTimeMicros(): number {
  const line = /^cpu +(.+)$/m.exec(fs.readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0, steal = 0] = line.split(' ').map(Number);
  return (user + nice + system + interrupt + softInterrupt + steal) * microsPerTick;
}
