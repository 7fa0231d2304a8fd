import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pinCommand } from './cores.ts';

export interface StartOptions {
  readonly script: string;
  readonly nodeOptions?: readonly string[];
  /** A `taskset` list, `undefined` for anywhere. */
  readonly cores: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** An open file for stdout and stderr. Without one the process gets an IPC channel and our stderr. */
  readonly logFile?: number;
}

const stopGraceMs = 5000;
const running = new Set<ChildProcess>();

// The last resort, for a failure or a signal: whatever is still there goes at once.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

export function startProcess(options: StartOptions): ChildProcess {
  const command = [process.execPath, ...(options.nodeOptions ?? []), options.script];
  const [file = '', ...argv] = options.cores === undefined ? command : [pinCommand, '-c', options.cores, ...command];
  const child = spawn(file, argv, {
    cwd: options.workingDirectory,
    // Nothing of the operator's own settings or keys may reach the measured processes.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.environment },
    stdio:
      options.logFile === undefined
        ? ['ignore', 'ignore', 'inherit', 'ipc']
        : ['ignore', options.logFile, options.logFile],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The first message of one of our own processes: the port it listens on, or that it is ready. */
export async function firstMessage(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: waiting.signal }).then(([message]: unknown[]) => message),
      once(child, 'exit', { signal: waiting.signal }).then(() => {
        throw new Error(`${child.spawnargs.at(-1)} ended before it was ready`);
      }),
    ]);
  } finally {
    waiting.abort();
  }
}

export function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process did not start');
  return child.pid;
}

export function isRunning(child: ChildProcess): boolean {
  return running.has(child);
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  await ended;
  clearTimeout(force);
}

export async function stopEverything(): Promise<void> {
  await Promise.all([...running].map(stopProcess));
}
