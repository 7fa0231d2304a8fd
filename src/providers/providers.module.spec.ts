import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { SettingsModule } from '../config/config.module.js';
import { type Settings, loadSettings } from '../config/load-settings.js';
import { SettingsError } from '../config/settings.error.js';
import { HttpProvider } from './http-provider.js';
import { InjectProvider, PROVIDER_REGISTRY, type Provider } from './provider.js';
import type { ProviderRegistry } from './provider-registry.js';
import { ProvidersModule } from './providers.module.js';

@Injectable()
class Consumer {
  constructor(@InjectProvider('openai') readonly provider: Provider) {}
}

let app: TestingModule | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(settings: Settings, consumers: (new (...args: never[]) => object)[] = []): Promise<TestingModule> {
  const imports = [SettingsModule.register(settings), ProvidersModule.register(settings)];
  app = await Test.createTestingModule({ imports, providers: consumers }).compile();
  return app.init();
}

describe('ProvidersModule', () => {
  it('has the built-in provider in the registry with nothing configured', async () => {
    const registry = (await start(loadSettings({}))).get<ProviderRegistry>(PROVIDER_REGISTRY);
    expect(registry.names()).toEqual(['simulated']);
  });

  it('makes a provider ready from its key in the environment and injects it by name', async () => {
    const module = await start(loadSettings({ OPENAI_API_KEY: 'sk-test' }), [Consumer]);
    const { provider } = module.get(Consumer);
    expect(provider).toBeInstanceOf(HttpProvider);
    expect(module.get<ProviderRegistry>(PROVIDER_REGISTRY).get('openai')).toBe(provider);
  });

  it('does not start when a provider that is injected is not configured', async () => {
    await expect(start(loadSettings({}), [Consumer])).rejects.toThrow('PROVIDER:openai');
  });

  it('names the faults of all providers at once', async () => {
    const settings = Object.create(loadSettings({}), {
      providers: { value: { openai: {}, local: { type: 'openai-compatible' } } },
    }) as Settings;
    const failure = await start(settings).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SettingsError);
    expect((failure as SettingsError).faults.map(({ path }) => path)).toEqual([
      'providers.openai.apiKey',
      'providers.local.baseUrl',
    ]);
  });
});
