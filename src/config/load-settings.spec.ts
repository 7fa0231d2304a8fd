import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOf, load } from '../../test/support/loaded-settings.js';

/** The sample of the public contract, whole. */
const CONTRACT_SAMPLE = `
server: { maxBodyBytes: 33554432, shutdownGraceMs: 30000, trustProxy: false }
auth: { mode: keys }              # keys | open. Default: open while only loopback is listened on and no key exists
providers:
  openai:   { apiKey: \${OPENAI_API_KEY} }              # type defaults to the name
  claude:   { type: anthropic, apiKey: \${ANTHROPIC_API_KEY} }
  azure-eu: { type: azure-openai, baseUrl: https://x.openai.azure.com, apiKey: \${AZURE_KEY} }
  local:    { type: openai-compatible, baseUrl: http://127.0.0.1:11434/v1, allowPrivateNetwork: true }
models:                           # public name → where it is served
  smart:
    strategy: priority            # priority | weighted | least-latency | least-busy | cheapest
    targets:
      - { provider: claude, model: claude-sonnet-5, weight: 1 }
      - { provider: openai, model: gpt-6-luna }
    timeouts: { firstTokenMs: 8000 }                   # any resilience setting, for this model only
resilience:
  retry: { maxAttempts: 3, baseDelayMs: 500, maxDelayMs: 8000, budgetPercent: 20 }
  timeouts: { connectMs: 5000, firstTokenMs: 30000, idleMs: 15000, totalMs: 600000 }
  breaker: { window: 20, failurePercent: 50, minimumCalls: 5, openMs: 30000, maxOpenMs: 300000 }
  streamRecovery: continue        # continue | error
limits: { requestsPerMinute: 600, tokensPerMinute: 2000000, concurrentRequests: 100 }   # default for each key
cache: { enabled: false, ttlSeconds: 300, maxEntries: 10000 }
pricing: { unknownModel: allow, overrides: [] }        # allow | refuse (refuse always on keys with a budget)
keys: []                          # optional, for settings kept in git: sha256 of the key, never the key
telemetry: { captureContent: false }
`;
const SAMPLE_KEYS = { OPENAI_API_KEY: 'sk-openai', ANTHROPIC_API_KEY: 'sk-ant', AZURE_KEY: 'azure' };

describe('loadSettings', () => {
  it('accepts the contract’s sample whole', () => {
    const { server, auth, providers, models } = load(CONTRACT_SAMPLE, SAMPLE_KEYS);
    expect(server).toMatchObject({ maxBodyBytes: 33_554_432, shutdownGraceMs: 30_000, trustProxy: false });
    expect(auth).toEqual({ mode: 'keys' });
    expect(providers).toMatchObject({
      openai: { apiKey: 'sk-openai', allowPrivateNetwork: false },
      claude: { type: 'anthropic', apiKey: 'sk-ant' },
      'azure-eu': { type: 'azure-openai', baseUrl: 'https://x.openai.azure.com', apiKey: 'azure' },
      local: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1', allowPrivateNetwork: true },
    });
    expect(models['smart']).toMatchObject({
      strategy: 'priority',
      targets: [
        { provider: 'claude', model: 'claude-sonnet-5', weight: 1 },
        { provider: 'openai', model: 'gpt-6-luna', weight: 1 },
      ],
      timeouts: { firstTokenMs: 8_000 },
    });
  });

  it('has the contract’s sample values for defaults', () => {
    const { server, resilience, limits, cache, pricing, keys, telemetry } = load(CONTRACT_SAMPLE, SAMPLE_KEYS);
    const defaults = load('');
    expect(defaults).toMatchObject({ server, resilience, limits, cache, pricing, keys, telemetry });
    expect(defaults).toMatchObject({ auth: { mode: undefined }, providers: {}, models: {}, pending: [] });
  });

  it('has the contract’s defaults for the environment', () => {
    const { environment } = load('');
    expect(environment).toMatchObject({ HOST: '127.0.0.1', PORT: 8080, LOG_LEVEL: 'info', GATEWAY_DATA_DIR: './data' });
    for (const name of ['GATEWAY_ADMIN_KEY', 'DATABASE_URL', 'REDIS_URL'] as const) {
      expect(environment[name]).toBeUndefined();
    }
  });

  it('has defaults for what the contract’s sample leaves out', () => {
    const { server, providers, models, resilience } = load(CONTRACT_SAMPLE, SAMPLE_KEYS);
    expect(server.shedding).toEqual({ eventLoopDelayMs: 250, heapPercent: 90 });
    expect(providers['openai']?.concurrency).toEqual({ maxCalls: 1_000, maxQueued: 100, queueMs: 1_000 });
    expect(providers['openai']?.timeouts).toBeUndefined();
    expect(models['smart']?.targets[0]?.capabilities).toBeUndefined();
    expect(resilience.timeouts.headersMs).toBeUndefined();
  });

  it('reads numbers and flags that come as text from the environment', () => {
    const yaml = 'server: { maxBodyBytes: "${BYTES}", trustProxy: "${TRUST}" }';
    const { server, environment } = load(yaml, { BYTES: '2048', TRUST: 'true', PORT: '0', LOG_PRETTY: 'false' });
    expect(server).toMatchObject({ maxBodyBytes: 2048, trustProxy: true });
    expect(environment).toMatchObject({ PORT: 0, LOG_PRETTY: false });
  });

  it('takes an empty environment variable for one that is not set', () => {
    expect(load('', { HOST: '', PORT: '' }).environment).toMatchObject({ HOST: '127.0.0.1', PORT: 8080 });
    expect(load('', { OPENAI_API_KEY: '' }).vendorKeys.size).toBe(0);
  });

  it('collects the vendors’ keys and no other variable', () => {
    const env = { OPENAI_API_KEY: 'a', XAI_API_KEY: 'b', MY_API_KEY_FILE: 'c', API_KEY: 'd', openai_api_key: 'e' };
    expect([...load('', env).vendorKeys]).toEqual([
      ['OPENAI_API_KEY', 'a'],
      ['XAI_API_KEY', 'b'],
    ]);
  });

  it('takes AWS’s own name for the key of Bedrock, and its region', () => {
    const { vendorKeys, environment } = load('', { AWS_BEARER_TOKEN_BEDROCK: 'a', AWS_REGION: 'eu-central-1' });
    expect([...vendorKeys]).toEqual([['AWS_BEARER_TOKEN_BEDROCK', 'a']]);
    expect(environment.AWS_REGION).toBe('eu-central-1');
  });

  it('keeps what a vendor of its own kind needs, as it is', () => {
    const vendor = {
      bedrock: { region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 's', sessionToken: 't' },
      azure: { apiVersion: '2024-10-21', dialect: 'openai-chat' },
      vertex: { project: 'acme-1', location: 'europe-west4', credentials: '/run/secrets/key.json' },
      sdk: { package: '@acme/provider', options: { deep: { list: [1, { a: true }] } } },
    };
    const { providers } = load(`providers: ${JSON.stringify(vendor)}`);
    expect(providers).toMatchObject(vendor);
    expect(providers['sdk']?.options).toEqual(vendor.sdk.options);
  });

  it('is frozen throughout', () => {
    const settings = load(CONTRACT_SAMPLE, SAMPLE_KEYS);
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.resilience.retry)).toBe(true);
    expect(Object.isFrozen(settings.models['smart']?.targets[0])).toBe(true);
    expect(Object.isFrozen(settings.environment)).toBe(true);
  });

  it('keeps names that are properties of every object', () => {
    const { providers } = load('providers: { constructor: { type: simulated }, toString: { type: simulated } }');
    expect(Object.keys(providers)).toEqual(['constructor', 'toString']);
  });

  it('lists settings that have no effect yet', () => {
    const yaml = 'cache: { enabled: true }\nlimits: { tokensPerMinute: 5 }';
    expect(load(yaml, { REDIS_URL: 'redis://x' }).pending).toEqual(
      expect.arrayContaining(['cache', 'limits.tokensPerMinute', 'REDIS_URL']),
    );
  });
});

describe('a wrong setting', () => {
  const target = 'targets: [{ provider: a, model: b }]';

  it.each([
    ['server: { maxBodyBytes: 10 }', 'server.maxBodyBytes: found 10, allowed: a whole number from 1024 to 1073741824'],
    ['server: { maxBodyBytes: lots }', 'server.maxBodyBytes: found "lots", allowed: a whole number'],
    ['server: { maxBodyBytes: 2048.5 }', 'server.maxBodyBytes: found 2048.5, allowed: a whole number'],
    ['server: { trustProxy: yes }', 'server.trustProxy: found "yes", allowed: true or false'],
    [
      'server: { maxBody: 1 }',
      'server.maxBody: found an unknown setting, allowed: only maxBodyBytes, shedding, shutdownGraceMs, trustProxy',
    ],
    ['server: 5', 'server: found 5, allowed: a group of settings'],
    ['nonsense: 1', 'nonsense: found an unknown setting, allowed: only auth, cache'],
    ['auth: { mode: closed }', 'auth.mode: found "closed", allowed: keys | open'],
    ['providers: [a]', 'providers: found'],
    ['providers: { x: { type: a b } }', 'providers.x.type: found "a b", allowed: a name of letters'],
    [
      'providers: { x: { baseUrl: ftp://a } }',
      'providers.x.baseUrl: found a value that is not shown, allowed: an http or https URL',
    ],
    ['providers: { x: { models: gpt } }', 'providers.x.models: found "gpt", allowed: a list of texts'],
    ['providers: { x: { models: [1] } }', 'providers.x.models: found a list, allowed: a list of texts'],
    ['providers: { x: { region: "eu.evil/" } }', 'providers.x.region: found "eu.evil/", allowed: a region such as'],
    ['providers: { x: { location: 5 } }', 'providers.x.location: found 5, allowed: a region such as'],
    ['providers: { x: { project: "a/b" } }', 'providers.x.project: found "a/b", allowed: a project’s id'],
    ['providers: { x: { apiVersion: "1&a=b" } }', 'providers.x.apiVersion: found "1&a=b", allowed: a version such as'],
    [
      'providers: { x: { dialect: soap } }',
      'providers.x.dialect: found "soap", allowed: openai-chat | openai-responses | anthropic-messages | gemini',
    ],
    ['providers: { x: { package: [a] } }', 'providers.x.package: found a list, allowed: text of 1 to 256'],
    ['providers: { x: { options: a } }', 'providers.x.options: found a value that is not shown, allowed: a group'],
    ['providers: { x: { options: [a] } }', 'allowed: a group of settings'],
    ['models: { m: { } }', 'models.m.targets: found no target, allowed: at least one { provider, model }'],
    [
      `models: { m: { ${target}, strategy: random } }`,
      'models.m.strategy: found "random", allowed: priority | weighted | least-latency | least-busy | cheapest',
    ],
    [
      'models: { m: { targets: [{ provider: a }] } }',
      'models.m.targets[0].model: found nothing, allowed: text of 1 to 256 characters',
    ],
    [
      'models: { m: { targets: [{ provider: a, model: b, wait: 1 }] } }',
      'models.m.targets[0].wait: found an unknown setting, allowed: only capabilities, model, provider, weight',
    ],
    [
      `models: { m: { ${target}, timeouts: { idleMs: 0 } } }`,
      'models.m.timeouts.idleMs: found 0, allowed: a whole number from 1',
    ],
    ['limits: { requestsPerMinute: -1 }', 'limits.requestsPerMinute: found -1, allowed: a whole number from 1'],
    ['limits: { tokensPerMinute: none }', 'limits.tokensPerMinute: found "none", allowed: a whole number'],
    ['pricing: { overrides: {} }', 'pricing.overrides: found a group, allowed: a list'],
    [
      'pricing: { overrides: [{ model: a, inputUsdPerMillion: -1, outputUsdPerMillion: 1 }] }',
      'pricing.overrides[0].inputUsdPerMillion: found -1, allowed: a number of at least 0',
    ],
    [
      'pricing: { overrides: [{ model: a, inputUsdPerMillion: 1, outputUsdPerMillion: 1, from: soon }] }',
      'pricing.overrides[0].from: found "soon", allowed: a date such as 2026-11-01',
    ],
    [
      'pricing: { overrides: [{ model: a, inputUsdPerMillion: 1, outputUsdPerMillion: 1, from: 2026-13-45 }] }',
      'pricing.overrides[0].from: found "2026-13-45", allowed: a date',
    ],
    [
      'keys: [{ name: a, sha256: sk-123 }]',
      'keys[0].sha256: found a value that is not shown, allowed: the SHA-256 of the key',
    ],
    ['keys: [{ name: a b, sha256: x }]', 'keys[0].name: found "a b", allowed: a name of letters'],
    ['telemetry: { captureContent: 1 }', 'telemetry.captureContent: found 1, allowed: true or false'],
  ])('is refused with its path: %s', (yaml, fault) => {
    expect(faultsOf(yaml).join('\n')).toContain(fault);
  });

  it.each([
    ['server', 'server: []'],
    ['limits', 'limits: []'],
    ['models.m.timeouts', `models: { m: { ${target}, timeouts: [] } }`],
    ['models.m.targets[0]', 'models: { m: { targets: [~] } }'],
    ['keys[0]', 'keys: [[]]'],
    ['providers.x', 'providers: { x: [] }'],
  ])('that has no settings where %s needs a group is refused', (path, yaml) => {
    expect(faultsOf(yaml).join('\n')).toContain(`${path}: found`);
  });

  it.each([
    ['a name that no target can write', 'providers: { "a/b c": { type: simulated } }'],
    ['a name that no header can carry', 'providers: { 提供者: { type: simulated } }'],
  ])('is a provider with %s', (_, yaml) => {
    expect(faultsOf(yaml)).toHaveLength(1);
  });

  it.each(['http://localhost:80800/v1', 'http://256.1.1.1'])(
    'is the base URL %s, which no URL parser takes',
    (baseUrl) => {
      expect(faultsOf(`providers: { x: { baseUrl: "${baseUrl}" } }`)).toEqual([
        expect.stringContaining('providers.x.baseUrl: found'),
      ]);
    },
  );

  it.each([
    ['PORT', 'http', '"http", allowed: a whole number from 0 to 65535'],
    ['PORT', '65536', '65536, allowed: a whole number from 0 to 65535'],
    ['LOG_LEVEL', 'loud', '"loud", allowed: trace | debug | info | warn | error | fatal | silent'],
    ['AWS_REGION', 'eu/../x', '"eu/../x", allowed: a region such as europe-west4'],
    ['LOG_PRETTY', 'sometimes', '"sometimes", allowed: true or false'],
  ])('of the environment is refused by its name: %s=%s', (name, value, fault) => {
    expect(faultsOf('', { [name]: value })).toEqual([`${name}: found ${fault}`]);
  });

  it('does not hide the others: one start shows them all', () => {
    const yaml =
      'server: { maxBodyBytes: 1 }\ncache: { ttlSeconds: 0 }\nmodels: { m: {} }\nproviders: { x: { type: " " } }';
    expect(faultsOf(yaml).map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['server.maxBodyBytes', 'cache.ttlSeconds', 'models.m.targets', 'providers.x.type']),
    );
  });

  it('of the environment does not hide those of the file', () => {
    expect(faultsOf('server: { maxBodyBytes: 1 }', { PORT: 'http' })).toHaveLength(2);
  });

  it.each(
    ['accessKeyId', 'secretAccessKey', 'sessionToken', 'credentials', 'apiKey', 'options'].flatMap((setting) =>
      ['[sk-secret]', '123456', `"${'sk-secret'.repeat(2_000)}"`].map((value) => [setting, value]),
    ),
  )('never prints the value of %s: %s', (setting, value) => {
    const faults = faultsOf(`providers: { x: { ${setting}: ${value} } }`).join('\n');
    expect(faults).toContain(`providers.x.${setting}`);
    expect(faults).not.toMatch(/sk-secret|123456/);
  });

  it('never prints a key that was written where a group belongs', () => {
    expect(faultsOf('providers: { openai: sk-live-4f9a8b7c }')).toEqual([
      'providers.openai: found a value that is not shown, allowed: a group of settings',
    ]);
  });

  it.each([
    'providers: { openai: ${SECRET} }',
    'providers: { openai: { apiKey: [${SECRET}] } }',
    'providers: { openai: { apiKeys: ${SECRET} } }',
    'providers: { openai: { baseUrl: "ftp://user:${SECRET}@host" } }',
    'providers: ${SECRET}',
    'keys: [ ${SECRET} ]',
    'keys: [{ name: a, sha256: ${SECRET} }]',
    'auth: { mode: ${SECRET} }',
  ])('never prints a secret: %s', (yaml) => {
    const secret = 'sk-live-4f9a8b7c';
    const faults = faultsOf(yaml, { SECRET: secret });
    expect(faults).not.toEqual([]);
    expect(faults.join('\n')).not.toContain(secret);
  });
});

it('accepts the sample of the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const sample = /```yaml\n([^]*?)```/.exec(readme)?.[1] ?? '';
  expect(load(sample, { OPENAI_API_KEY: 'sk-openai' }).models['smart']?.targets).toHaveLength(2);
});
