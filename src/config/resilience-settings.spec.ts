import { describe, expect, it } from 'vitest';
import { faultsOf, load } from '../../test/support/loaded-settings.js';

describe('the settings of resilience', () => {
  it('say when to shed load, and what one provider may take', () => {
    const { server, providers } = load(`
      server: { shedding: { heapPercent: 80 } }
      providers: { x: { timeouts: { headersMs: 90000, totalMs: 5 }, concurrency: { maxCalls: 4, maxQueued: 0 } } }
    `);
    expect(server).toMatchObject({ shedding: { eventLoopDelayMs: 250, heapPercent: 80 }, shutdownGraceMs: 30_000 });
    expect(providers['x']).toMatchObject({
      timeouts: { headersMs: 90_000, totalMs: 5, idleMs: undefined },
      concurrency: { maxCalls: 4, maxQueued: 0, queueMs: 1_000 },
    });
  });

  it('say what a target takes, and leave open what is not said', () => {
    const { models, resilience } = load(`
      models:
        m:
          targets:
            - { provider: a, model: b, capabilities: { contextTokens: 8192, images: false } }
            - { provider: a, model: c, weight: 0 }
          timeouts: { headersMs: 60000 }
      resilience: { timeouts: { headersMs: 120000 } }
    `);
    expect(models['m']).toMatchObject({
      targets: [
        { capabilities: { contextTokens: 8_192, images: false, tools: undefined, jsonSchema: undefined } },
        { weight: 0, capabilities: undefined },
      ],
      timeouts: { headersMs: 60_000 },
    });
    expect(resilience.timeouts).toMatchObject({ headersMs: 120_000, firstTokenMs: 30_000 });
  });

  it.each([
    [
      'server: { shedding: { heapPercent: 101 } }',
      'server.shedding.heapPercent: found 101, allowed: a whole number from 1 to 100',
    ],
    [
      'server: { shedding: { eventLoopDelayMs: 0 } }',
      'server.shedding.eventLoopDelayMs: found 0, allowed: a whole number from 1',
    ],
    [
      'server: { shedding: { lag: 1 } }',
      'server.shedding.lag: found an unknown setting, allowed: only eventLoopDelayMs, heapPercent',
    ],
    [
      'providers: { x: { timeouts: { headersMs: 0 } } }',
      'providers.x.timeouts.headersMs: found 0, allowed: a whole number from 1',
    ],
    [
      'providers: { x: { timeouts: { wait: 1 } } }',
      'providers.x.timeouts.wait: found an unknown setting, allowed: only connectMs, firstTokenMs, headersMs, idleMs, totalMs',
    ],
    [
      'providers: { x: { concurrency: { maxCalls: 0 } } }',
      'providers.x.concurrency.maxCalls: found 0, allowed: a whole number from 1',
    ],
    [
      'providers: { x: { concurrency: { maxQueued: many } } }',
      'providers.x.concurrency.maxQueued: found "many", allowed: a whole number',
    ],
    [
      'models: { m: { targets: [{ provider: a, model: b, capabilities: { contextTokens: 0 } }] } }',
      'models.m.targets[0].capabilities.contextTokens: found 0, allowed: a whole number from 1',
    ],
    [
      'models: { m: { targets: [{ provider: a, model: b, capabilities: { tools: no } }] } }',
      'models.m.targets[0].capabilities.tools: found "no", allowed: true or false',
    ],
    [
      'models: { m: { targets: [{ provider: a, model: b, capabilities: { audio: true } }] } }',
      'models.m.targets[0].capabilities.audio: found an unknown setting, allowed: only contextTokens, images, jsonSchema, tools',
    ],
    [
      'resilience: { retry: { maxAttempts: 0 } }',
      'resilience.retry.maxAttempts: found 0, allowed: a whole number from 1 to 10',
    ],
    ['resilience: { retry: 3 }', 'resilience.retry: found 3, allowed: a group of settings'],
    [
      'resilience: { timeouts: { headersMs: 0 } }',
      'resilience.timeouts.headersMs: found 0, allowed: a whole number from 1',
    ],
    [
      'resilience: { timeouts: { firstTokenMs: soon } }',
      'resilience.timeouts.firstTokenMs: found "soon", allowed: a whole number',
    ],
    ['resilience: { streamRecovery: stop }', 'resilience.streamRecovery: found "stop", allowed: continue | error'],
  ])('are refused with their path: %s', (yaml, fault) => {
    expect(faultsOf(yaml).join('\n')).toContain(fault);
  });

  it.each([
    ['server.shedding', 'server: { shedding: [] }'],
    ['providers.x.concurrency', 'providers: { x: { concurrency: [] } }'],
    ['providers.x.timeouts', 'providers: { x: { timeouts: [] } }'],
    ['models.m.targets[0].capabilities', 'models: { m: { targets: [{ provider: a, model: b, capabilities: [] }] } }'],
    ['resilience.retry', 'resilience: { retry: [] }'],
  ])('are refused as a list where %s needs a group', (path, yaml) => {
    expect(faultsOf(yaml).join('\n')).toContain(`${path}: found`);
  });
});

describe('any resilience setting can be given for one model', () => {
  it.each([
    'timeouts: { firstTokenMs: 1, idleMs: 2, totalMs: 3 }',
    'timeouts: { connectMs: 4, headersMs: 5 }',
    'retry: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0 }',
    'retry: { budgetPercent: 10 }',
    'breaker: { window: 5 }',
    'streamRecovery: error',
  ])('%s', (setting) => {
    expect(faultsOf(`models: { m: { targets: [{ provider: a, model: b }], ${setting} } }`)).toEqual([]);
  });
});
