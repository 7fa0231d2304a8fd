import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reply } from './support/answers.js';
import { ask, postChat } from './support/chat-client.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { GatewayDidNotStart, startGateway, type Gateway } from './support/gateway.js';

async function failedStart(settings: object | string, env: Record<string, string> = {}): Promise<GatewayDidNotStart> {
  const outcome = await startGateway({ settings, env }).catch((error: unknown) => error);
  if (outcome instanceof GatewayDidNotStart) return outcome;
  throw new Error('the gateway started all the same');
}

function linesWith(text: string, ...needles: readonly string[]): string[] {
  return text.split('\n').filter((line) => needles.every((needle) => line.includes(needle)));
}

describe('with nothing configured', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.stop());

  test('answers a chat request with simulated/echo at once', async () => {
    const response = await postChat(gateway, ask('simulated/echo'));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'ping' }, finish_reason: 'stop' }],
    });
  });

  test('tells a newcomer the base URL, the docs and how to call it', () => {
    const block = gateway.stderr();
    expect(block).toContain(`${gateway.url}/v1`);
    expect(block).toContain(`${gateway.url}/docs`);
    expect(block).toContain('simulated/echo');
  });
});

describe.concurrent('a wrong setting', () => {
  test('stops the start with exit code 1 and one line for each fault: path, what was found, what is allowed', async () => {
    const { exitCode, stderr } = await failedStart({
      server: { maxBodyBytes: 'lots' },
      resilience: { retry: { maxAttempts: -1 } },
      providers: { local: { type: 'openai-compatible', baseUrl: 'nowhere', allowPrivateNetwork: 'perhaps' } },
      limit: { requestsPerMinute: 5 },
    });
    expect(exitCode).toBe(1);
    expect(linesWith(stderr, 'server.maxBodyBytes', 'lots')).toHaveLength(1);
    expect(linesWith(stderr, 'resilience.retry.maxAttempts', '-1')).toHaveLength(1);
    expect(linesWith(stderr, 'providers.local.baseUrl')).toHaveLength(1);
    expect(linesWith(stderr, 'providers.local.allowPrivateNetwork', 'perhaps', 'true')).toHaveLength(1);
    expect(linesWith(stderr, 'limit:')).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('is found in the environment as well', async () => {
    const { exitCode, stderr } = await failedStart({}, { PORT: 'eighty' });
    expect(exitCode).toBe(1);
    expect(linesWith(stderr, 'PORT', 'eighty')).toHaveLength(1);
  });

  test('is a model whose target names no provider', async () => {
    const { exitCode, stderr } = await failedStart({
      models: { smart: { targets: [{ provider: 'nobody', model: 'x' }] } },
    });
    expect(exitCode).toBe(1);
    expect(linesWith(stderr, 'models.smart.targets', 'nobody')).toHaveLength(1);
  });

  test('is a name in the file that the environment does not have', async () => {
    const { exitCode, stderr } = await failedStart('providers: { openai: { apiKey: ${NO_SUCH_NAME} } }');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('NO_SUCH_NAME');
  });

  test('is a file that is not YAML', async () => {
    const { exitCode, stderr } = await failedStart('server: { maxBodyBytes: [');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/\bline 1\b.*YAML/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('is a private address that its provider does not allow, each with a line of its own', async () => {
    const hosts = ['127.0.0.1', '10.0.0.8', '169.254.169.254', '100.64.0.1', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]'];
    const providers = Object.fromEntries(
      hosts.map((host, index) => [`p${index}`, { type: 'openai-compatible', baseUrl: `http://${host}:9/v1` }]),
    );
    const { exitCode, stderr } = await failedStart({ providers });
    expect(exitCode).toBe(1);
    const linesOfEach = hosts.map((_, index) =>
      linesWith(stderr, `providers.p${index}.baseUrl`, 'allowPrivateNetwork'),
    );
    expect(linesOfEach.map((lines) => lines.length)).toEqual(hosts.map(() => 1));
  });

  test('never shows the keys that stand beside it', async () => {
    const settings = 'providers: { local: { type: openai-compatible, baseUrl: nowhere, apiKey: ${A_KEY} } }';
    const { stderr } = await failedStart(settings, { A_KEY: 'sk-never-to-be-shown' });
    expect(stderr).toContain('providers.local.baseUrl');
    expect(stderr).not.toContain('never-to-be-shown');
  });
});

describe('a key kept in the environment', () => {
  let vendor: FakeVendor;
  beforeAll(async () => {
    vendor = await startFakeVendor();
  });
  afterAll(() => vendor.stop());

  test('reaches the provider whose settings name it', async () => {
    const model = vendor.model(reply());
    const settings = { providers: { vendor: { ...vendor.settings, apiKey: '${VENDOR_KEY}' } } };
    const gateway = await startGateway({ settings, env: { VENDOR_KEY: 'sk-from-environment' } });
    try {
      expect((await postChat(gateway, ask(model.name))).status).toBe(200);
      expect(model.calls[0]?.headers.authorization).toBe('Bearer sk-from-environment');
    } finally {
      await gateway.stop();
    }
  });
});
