import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { LogBook, type LogLine } from './log-book.js';

const BUILT_GATEWAY = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 15_000;

interface GatewayOptions {
  /** An object becomes the YAML of the settings file, a string is the file's text; without either there is no file. */
  readonly settings?: object | string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Thrown by {@link startGateway} when the process ends, or falls silent, before it listens. */
export class GatewayDidNotStart extends Error {
  constructor(
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`The gateway did not start (exit code ${exitCode}):\n${stderr}`);
  }
}

/** A built gateway running as a process of its own. */
export class Gateway {
  /** Resolves with the exit code once the process is gone and all of its output has been read. */
  readonly exited: Promise<number | null>;
  private readonly logBook = new LogBook();
  private readonly output: { readonly from: 'stdout' | 'stderr'; readonly text: string }[] = [];
  private baseUrl = '';

  constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    private readonly directory: string,
  ) {
    const { stdout, stderr } = child;
    stdout.setEncoding('utf8').on('data', (text: string) => this.output.push({ from: 'stdout', text }));
    stderr.setEncoding('utf8').on('data', (text: string) => this.output.push({ from: 'stderr', text }));
    createInterface({ input: stdout }).on('line', (line) => this.logBook.add(line));
    this.exited = once(child, 'close').then(async () => {
      this.logBook.close(new Error(`the gateway has stopped\n${this.stderr()}`));
      await rm(this.directory, { recursive: true, force: true });
      return child.exitCode;
    });
  }

  /** Without a trailing slash: `http://127.0.0.1:40123`. */
  get url(): string {
    return this.baseUrl;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the gateway has no process');
    return this.child.pid;
  }

  logs(): readonly LogLine[] {
    return this.logBook.lines;
  }

  strayLines(): readonly string[] {
    return this.logBook.strayLines;
  }

  stderr(): string {
    return this.textOf('stderr');
  }

  allOutput(): string {
    return this.textOf('stdout') + this.textOf('stderr');
  }

  /** The one `request` line of a request, awaited where the gateway has not written it yet. */
  requestLog(requestId: string | null): Promise<LogLine> {
    return this.log((line) => line.msg === 'request' && line.requestId === requestId);
  }

  log(wanted: (line: LogLine) => boolean): Promise<LogLine> {
    return this.logBook.find(wanted);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks the gateway to stop and resolves with its exit code; one that will not stop is killed and reported. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    const killer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const code = await this.exited;
    clearTimeout(killer);
    if (this.child.signalCode === 'SIGKILL') throw new Error(`the gateway ignored ${signal}\n${this.stderr()}`);
    return code;
  }

  async listening(): Promise<void> {
    const killer = setTimeout(() => this.child.kill('SIGKILL'), START_TIMEOUT_MS);
    try {
      const { url } = await this.log((line) => line.msg === 'listening');
      if (url === undefined) throw new Error('the line "listening" names no url');
      this.baseUrl = url;
    } catch {
      throw new GatewayDidNotStart(await this.exited, this.stderr());
    } finally {
      clearTimeout(killer);
    }
  }

  private textOf(from: 'stdout' | 'stderr'): string {
    return this.output
      .filter((piece) => piece.from === from)
      .map((piece) => piece.text)
      .join('');
  }
}

/** @throws {GatewayDidNotStart} with what the process wrote to standard error */
export async function startGateway({ settings, env = {} }: GatewayOptions = {}): Promise<Gateway> {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  const settingsFile = join(directory, 'settings.yaml');
  if (settings !== undefined) {
    await writeFile(settingsFile, typeof settings === 'string' ? settings : stringify(settings));
  }
  const child = spawn(process.execPath, [BUILT_GATEWAY], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
      GATEWAY_DATA_DIR: join(directory, 'data'),
      ...(settings === undefined ? {} : { GATEWAY_CONFIG: settingsFile }),
      ...env,
    },
  });
  const gateway = new Gateway(child, directory);
  await gateway.listening();
  return gateway;
}
