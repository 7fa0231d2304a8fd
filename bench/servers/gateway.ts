import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, startProcess } from '../machine/processes.ts';
import { models } from '../traffic.ts';

export interface GatewayOptions {
  readonly entry: string;
  readonly upstreamPort: number;
  readonly cores: string | undefined;
  readonly nodeOptions: readonly string[];
}

export interface RunningGateway {
  readonly child: ChildProcess;
  readonly port: number;
  /** What it has logged so far, with what Node itself said. */
  readonly logPath: string;
}

const pollMs = 5;
const listenWithinMs = 30_000;

/** As `npm start` runs it, with limits, validation, prices and a log in a file, in a directory of its own. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const directory = newDirectory();
  const settingsFile = path.join(directory, 'gateway.yaml');
  const logPath = path.join(directory, 'gateway.log');
  fs.writeFileSync(settingsFile, settings(options.upstreamPort));
  const logFile = fs.openSync(logPath, 'w');
  const child = startProcess({
    script: path.resolve(options.entry),
    nodeOptions: [...startOptions(), ...options.nodeOptions],
    cores: options.cores,
    workingDirectory: directory,
    environment: { GATEWAY_CONFIG: settingsFile, HOST: '127.0.0.1', PORT: '0', LOG_PRETTY: 'false' },
    logFile,
  });
  fs.closeSync(logFile);
  return { child, port: await listeningPort(child, logPath), logPath };
}

/** What `npm start` gives to Node. */
function startOptions(): string[] {
  const manifest = fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { scripts } = JSON.parse(manifest) as { readonly scripts: { readonly start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

const directories: string[] = [];
process.on('exit', () => {
  for (const directory of directories) fs.rmSync(directory, { recursive: true, force: true });
});

function newDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-bench-'));
  directories.push(directory);
  return directory;
}

/** Limits as high as they go: each is counted for each request, and none is ever reached. */
function settings(upstreamPort: number): string {
  const overrides = Object.values(models).map(
    (model) => `    - { provider: bench, model: ${model}, inputUsdPerMillion: 0.15, outputUsdPerMillion: 0.60 }`,
  );
  return `auth: { mode: open }
providers:
  bench:
    type: openai-compatible
    baseUrl: http://127.0.0.1:${upstreamPort}/v1
    apiKey: bench
    allowPrivateNetwork: true
limits: { requestsPerMinute: 1000000000 }
pricing:
  overrides:
${overrides.join('\n')}
`;
}

async function listeningPort(child: ChildProcess, logPath: string): Promise<number> {
  const deadline = performance.now() + listenWithinMs;
  while (isRunning(child) && performance.now() < deadline) {
    const url = /^\{.*"msg":"listening".*\}$/m.exec(fs.readFileSync(logPath, 'utf8'))?.[0];
    if (url !== undefined) return portIn(url);
    await sleep(pollMs);
  }
  const log = fs.readFileSync(logPath, 'utf8').slice(-2000);
  throw new Error(`the gateway did not say that it listens:\n${log}`);
}

function portIn(logLine: string): number {
  const { url } = JSON.parse(logLine) as { readonly url: string };
  return Number(new URL(url).port);
}
