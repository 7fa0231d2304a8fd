import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Where `npm run agents:install` puts the agents, which are too big to be dependencies. */
const AGENTS_DIR =
  process.env.AGENTS_DIR ?? fileURLToPath(new URL('../../node_modules/.cache/agents', import.meta.url));
const RUN_TIMEOUT_MS = 60_000;

/** Nothing but the gateway can be reached: an agent that needs more fails at once, on any machine. */
const NO_NETWORK = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1',
  no_proxy: '127.0.0.1',
};

export type AgentName = 'claude' | 'codex';

/** @returns `undefined` where it has not been installed */
export function installedAgent(name: AgentName): string | undefined {
  const file = join(AGENTS_DIR, 'node_modules', '.bin', name);
  if (existsSync(file)) return file;
  process.stderr.write(`Not tested here: ${name} is not in ${AGENTS_DIR}. 'npm run agents:install' puts it there.\n`);
  return undefined;
}

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the agent has left in `proof.txt` in the folder it worked in. */
  readonly proof: string | undefined;
}

interface Setup {
  /** The model by its public name. */
  readonly model: string;
  readonly prompt: string;
}

/** Claude Code in its own words, not asking for leave. */
export function runClaude(file: string, gatewayUrl: string, { model, prompt }: Setup): Promise<Run> {
  const args = ['-p', prompt, '--output-format', 'json', '--dangerously-skip-permissions'];
  return runAgent(file, args, (home) => ({
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    // Without it root may not skip permissions.
    IS_SANDBOX: '1',
    ANTHROPIC_BASE_URL: gatewayUrl,
    ANTHROPIC_AUTH_TOKEN: 'any',
    ANTHROPIC_MODEL: model,
    ANTHROPIC_SMALL_FAST_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '0',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
  }));
}

/** Codex over the Responses API, in no sandbox. */
export function runCodex(file: string, gatewayUrl: string, { model, prompt }: Setup): Promise<Run> {
  const config = `
model = "${model}"
model_provider = "gateway"
check_for_update_on_startup = false
analytics = { enabled = false }
[model_providers.gateway]
name = "The gateway"
base_url = "${gatewayUrl}/v1"
wire_api = "responses"
env_key = "GATEWAY_KEY"
request_max_retries = 0
stream_max_retries = 0
`;
  const args = ['exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt];
  return runAgent(file, args, async (home) => {
    const codexHome = join(home, '.codex');
    await mkdir(codexHome);
    await writeFile(join(codexHome, 'config.toml'), config);
    return { CODEX_HOME: codexHome, GATEWAY_KEY: 'any' };
  });
}

type Environment = Readonly<Record<string, string>>;

/** Runs an agent in an empty folder and with an empty home, and ends whatever it has started. */
async function runAgent(
  file: string,
  args: readonly string[],
  prepare: (home: string) => Environment | Promise<Environment>,
): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'agent-test-'));
  const [home, work] = [join(directory, 'home'), join(directory, 'work')];
  await mkdir(home);
  await mkdir(work);
  const env = { PATH: process.env.PATH, HOME: home, ...NO_NETWORK, ...(await prepare(home)) };
  const child = spawn(file, args, { cwd: work, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const killer = setTimeout(() => killGroup(child.pid), RUN_TIMEOUT_MS);
  try {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const proof = await readFile(join(work, 'proof.txt'), 'utf8').catch(() => undefined);
    return { exitCode: child.exitCode, stdout, stderr, proof };
  } finally {
    clearTimeout(killer);
    killGroup(child.pid);
    await rm(directory, { recursive: true, force: true });
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
