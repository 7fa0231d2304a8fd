import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Gateway } from './support/gateway.js';
import { MOCK_MODEL, startMockEngine, type MockEngine } from './support/mock-engine.js';

const PACKAGE = dirname(fileURLToPath(import.meta.resolve('llmprobe/package.json')));
const TIMEOUT_MS = 60_000;
const ADDED = ['count-tokens', 'messages', 'responses'];

/**
 * What it asks of a surface against the vendor whose surface it is: OpenAI ends no Responses stream with `[DONE]`, and
 * what Anthropic counts as input holds no cached tokens.
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
const AGAINST_THE_VENDOR = new Set([
  'responses-sse-missing-done',
  'messages-cache-bound',
  'messages-cache-prefix-bound',
]);

/** The part of its report that is read here. */
interface Report {
  readonly coverage: { readonly entries: readonly { id: string; kind: string; supported: boolean }[] };
  readonly conformance: {
    readonly results: readonly {
      readonly id: string;
      readonly surface: string;
      readonly outcome: string;
      readonly failures: readonly { readonly id: string; readonly severity: string; readonly message: string }[];
    }[];
    readonly warnings: readonly { readonly id: string }[];
  };
  readonly capability: { readonly evals: readonly { id: string; passed: number; total: number }[] };
  readonly agentic: { readonly tasks: readonly { readonly id: string; readonly passed: boolean }[] };
}

let engine: MockEngine;
let gateway: Gateway;
let direct: Report;
let through: Report;

beforeAll(async () => {
  engine = await startMockEngine();
  const settings = {
    providers: { engine: { type: 'openai-compatible', baseUrl: `${engine.url}/v1`, allowPrivateNetwork: true } },
  };
  gateway = await startGateway({ settings });
  direct = await probe(engine.url, MOCK_MODEL);
  through = await probe(gateway.url, `engine/${MOCK_MODEL}`);
}, 2 * TIMEOUT_MS);
afterAll(async () => {
  await gateway.stop();
  await engine.stop();
});

describe('llmprobe, with the gateway in front of an engine', () => {
  test('has nothing against the engine itself', () => {
    expect(failuresOf(direct)).toEqual([]);
    expect(passedIn(direct).length).toBeGreaterThan(40);
  });

  test('sees no check fail that passes without the gateway', () => {
    expect(passedIn(through)).toEqual(expect.arrayContaining(passedIn(direct)));
  });

  test('finds every surface and feature that the engine has', () => {
    expect(supportedIn(through)).toEqual(expect.arrayContaining(supportedIn(direct)));
  });

  test('has no warning about a surface of the engine that it has not without the gateway', () => {
    const warned = through.conformance.warnings.map(({ id }) => id).filter((id) => !ofAddedSurface(id));
    expect(direct.conformance.warnings.map(({ id }) => id)).toEqual(expect.arrayContaining(warned));
  });

  test('finds the model as able as without the gateway', () => {
    const evalsOf = ({ capability }: Report) =>
      capability.evals.map(({ id, passed, total }) => ({ id, passed, total }));
    const tasksOf = ({ agentic }: Report) => agentic.tasks.map(({ id, passed }) => ({ id, passed }));
    expect(evalsOf(through)).toEqual(evalsOf(direct));
    expect(tasksOf(through)).toEqual(tasksOf(direct));
  });

  test('finds the surfaces that the gateway adds', () => {
    const added = supportedIn(through).filter((id) => !supportedIn(direct).includes(id));
    process.stdout.write(`llmprobe: the gateway adds ${added.join(', ')} to what the engine has.\n`);
    expect(added).toEqual(expect.arrayContaining(ADDED));
  });

  test('has nothing against those surfaces but what their vendors do not do either', () => {
    expect(failuresOf(through).filter(({ id }) => !AGAINST_THE_VENDOR.has(id))).toEqual([]);
  });
});

/** A run of all checks, without the network and without a trace on the machine. */
async function probe(url: string, model: string): Promise<Report> {
  const home = await mkdtemp(join(tmpdir(), 'llmprobe-test-'));
  const script = join(PACKAGE, 'bin/dist/llmprobe.mjs');
  const options = ['--json', '--full', '--no-bench', '--no-save', '--no-color', '--timeout', '10'];
  const child = spawn(process.execPath, [script, url, '--model', model, ...options], {
    cwd: home,
    env: { HOME: home, NO_PROXY: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  try {
    const [report, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (report === '') throw new Error(`llmprobe has reported nothing:\n${complaints}`);
    return JSON.parse(report) as Report;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function passedIn({ conformance }: Report): string[] {
  return conformance.results.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id);
}

function failuresOf({ conformance }: Report) {
  return conformance.results.flatMap((result) =>
    result.failures
      .filter(({ severity }) => severity === 'MUST')
      .map(({ id, message }) => ({ check: result.id, id, message })),
  );
}

function supportedIn({ coverage }: Report): string[] {
  return coverage.entries.filter(({ supported }) => supported).map(({ id }) => id);
}

function ofAddedSurface(id: string): boolean {
  return ADDED.some((surface) => id.startsWith(`${surface}-`));
}
