import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ask, postChat } from './support/chat-client.js';
import { startGateway, type Gateway } from './support/gateway.js';

/** No engine is needed: the files are read, and what they say is run without one where that is possible. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KEY = 'a-key-of-this-test-alone';
const VARIABLES = { GATEWAY_KEY_SHA256: createHash('sha256').update(KEY).digest('hex'), POSTGRES_PASSWORD: 'unused' };

interface Instruction {
  readonly name: string;
  readonly value: string;
}

interface Service {
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly stop_grace_period?: string;
}

const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const gatewaySettings = read('deploy/gateway.yaml');
const dockerfile = instructionsOf(read('Dockerfile'));
const image = dockerfile.slice(dockerfile.findLastIndex(({ name }) => name === 'FROM'));

function read(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return [...lines.matchAll(/^([A-Z]+) (.+)$/gm)].map(([, name = '', value = '']) => ({ name, value }));
}

/** The values of one kind of instruction. */
function valuesOf(name: string, instructions: readonly Instruction[]): string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ value }) => value);
}

function stage(name: string): Instruction[] {
  const start = dockerfile.findIndex(({ value }) => value.endsWith(` AS ${name}`));
  const end = dockerfile.findIndex((instruction, index) => index > start && instruction.name === 'FROM');
  return dockerfile.slice(start, end);
}

describe('the image', () => {
  test('runs the Node that the tests run on', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    for (const base of valuesOf('FROM', dockerfile)) expect(base).toContain(`node:${devDependencies['node']}-`);
  });

  test('does not run as root', () => {
    expect(valuesOf('USER', image).at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('holds no development dependency', () => {
    const source = valuesOf('COPY', image).map((value) => /^--from=(\w+) \S+\/node_modules /.exec(value)?.[1]);
    const [packages, ...others] = source.filter((name) => name !== undefined);
    expect(others).toEqual([]);
    expect(valuesOf('RUN', stage(packages ?? ''))).toEqual([expect.stringMatching(/^npm ci .*--omit=dev\b/)]);
    expect(valuesOf('RUN', image).filter((command) => command.includes('npm'))).toEqual([]);
  });

  test('takes from the work tree what .dockerignore lets through, no more and no less', () => {
    const copied = valuesOf('COPY', dockerfile)
      .filter((value) => !value.startsWith('--from='))
      .flatMap((value) => value.split(' ').slice(0, -1));
    const [first, ...patterns] = read('.dockerignore')
      .split('\n')
      .filter((line) => /^[^#]/.test(line));
    expect(first).toBe('*');
    const letThrough = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
    expect(letThrough.toSorted()).toEqual([...new Set(copied)].toSorted());
    expect(copied.filter((path) => !existsSync(ROOT + path))).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  test('publishes the gateway on loopback, and nothing else', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    expect(published).toEqual([['gateway', expect.stringMatching(/^127\.0\.0\.1:/)]]);
  });

  test('holds no secret: each comes from the environment, and a start without it is refused', () => {
    const secrets = Object.values(services)
      .flatMap(({ environment = {} }) => Object.entries(environment))
      .filter(([name]) => /KEY|PASSWORD|SECRET|TOKEN|_URL/.test(name));
    expect(secrets.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(VARIABLES)));
    const literal = secrets.filter(
      ([name, value]) => value !== null && !value.startsWith(`\${${name}:?${name} is not set. `),
    );
    expect(literal).toEqual([]);
  });

  test('waits for running streams longer than the gateway does before it kills', () => {
    const { server } = parse(gatewaySettings) as { server: { shutdownGraceMs: number } };
    const seconds = /^(\d+)s$/.exec(services['gateway']?.stop_grace_period ?? '')?.[1];
    expect(Number(seconds) * 1000).toBeGreaterThan(server.shutdownGraceMs + 2_000);
  });

  const compose = 'docker-compose';
  const hasCompose = spawnSync(compose, ['version']).status === 0;
  test('is one that docker-compose takes, with its variables only', ({ skip }) => {
    if (!hasCompose) {
      // The default reporter counts skipped tests and keeps their reasons to itself.
      process.stderr.write(`Skipped: this machine has no ${compose}. Debian has a package of that name.\n`);
      skip();
    }
    expect(config(VARIABLES)).toMatchObject({ status: 0, stderr: '' });
    const refusals = Object.keys(VARIABLES).map((name) => config({ ...VARIABLES, [name]: '' }));
    expect(refusals).toMatchObject([
      { status: 1, stderr: expect.stringContaining('openssl rand -hex 32') },
      { status: 1, stderr: expect.stringContaining('POSTGRES_PASSWORD is not set') },
    ]);
  });

  function config(variables: Record<string, string>) {
    const env = { PATH: process.env['PATH'], ...variables };
    return spawnSync(compose, ['config', '--quiet'], { cwd: ROOT, env, encoding: 'utf8' });
  }
});

describe('a gateway with the settings of docker-compose.yml', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ settings: gatewaySettings, env: { ...VARIABLES, HOST: '0.0.0.0' } });
  });
  afterAll(() => gateway.stop());

  test('answers the key whose hash the environment holds, and no other', async () => {
    const status = async (key: string) =>
      (await postChat(gateway, ask('simulated/echo'), { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status(KEY)).toBe(200);
    expect(await status(VARIABLES.GATEWAY_KEY_SHA256)).toBe(401);
  });

  test("passes the image's health check, which fails where no gateway listens", async () => {
    await expect(healthCheck(new URL(gateway.url).port)).resolves.toBeDefined();
    await expect(healthCheck('1')).rejects.toMatchObject({ code: 1 });
  });

  async function healthCheck(port: string) {
    const command = /CMD (\[.+\])$/.exec(valuesOf('HEALTHCHECK', image)[0] ?? '')?.[1] ?? '[]';
    const [node, ...parameters] = JSON.parse(command) as string[];
    expect(node).toBe('node');
    return promisify(execFile)(process.execPath, parameters, { env: { PORT: port } });
  }
});
