import { describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, ProviderSettings } from '../config/settings.js';
import { configuredProviders } from './configured-providers.js';

function configured(providers: Record<string, Partial<ProviderSettings>>, keys: Record<string, string> = {}) {
  const typed = Object.entries(providers).map(([name, given]) => [name, Object.assign(new ProviderSettings(), given)]);
  const file = Object.assign(new FileSettings(), { providers: Object.fromEntries(typed) as object });
  return configuredProviders(new Settings(file, new EnvironmentSettings(), new Map(Object.entries(keys)), []));
}

describe('configuredProviders', () => {
  it('is the simulated provider alone where nothing is configured', () => {
    expect(configured({})).toMatchObject([{ name: 'simulated', type: 'simulated' }]);
  });

  it('makes a vendor’s key in the environment a provider of that name', () => {
    expect(configured({}, { OPENAI_API_KEY: 'sk-env' })).toMatchObject([
      { name: 'simulated' },
      { name: 'openai', type: 'openai', settings: { apiKey: 'sk-env' } },
    ]);
  });

  it('takes the name for the type where none is given', () => {
    expect(configured({ openai: { apiKey: 'sk-file' }, eu: { type: 'openai', apiKey: 'sk-eu' } })).toMatchObject([
      { name: 'simulated' },
      { name: 'openai', type: 'openai', settings: { apiKey: 'sk-file' } },
      { name: 'eu', type: 'openai', settings: { apiKey: 'sk-eu' } },
    ]);
  });

  it('puts the key of the environment before the file’s and keeps the other settings', () => {
    const file = { apiKey: 'sk-file', baseUrl: 'https://proxy.example.org/v1', models: ['a'] };
    expect(configured({ openai: file }, { OPENAI_API_KEY: 'sk-env' })[1]).toMatchObject({
      settings: { ...file, apiKey: 'sk-env' },
    });
  });

  it.each<[what: string, providers: Record<string, Partial<ProviderSettings>>]>([
    ['another account at the vendor', { eu: { type: 'openai', apiKey: 'sk-eu' } }],
    ['another address under the vendor’s name', { openai: { type: 'openai-compatible', apiKey: 'sk-eu' } }],
  ])('does not hand the environment’s key to %s', (_, providers) => {
    const [name = ''] = Object.keys(providers);
    const found = configured(providers, { OPENAI_API_KEY: 'sk-env' }).find((provider) => provider.name === name);
    expect(found?.settings.apiKey).toBe('sk-eu');
  });

  it('does not change the settings it was given', () => {
    const given = Object.freeze({ apiKey: 'sk-file' });
    configured({ openai: given }, { OPENAI_API_KEY: 'sk-env' });
    expect(given.apiKey).toBe('sk-file');
  });

  it('names every type that is not built, such as those of the contract’s sample to come', () => {
    const sample = {
      openai: { apiKey: 'a' },
      claude: { type: 'anthropic', apiKey: 'b' },
      'azure-eu': { type: 'azure-openai', apiKey: 'c' },
      local: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1' },
    };
    expect(() => configured(sample)).toThrow(
      expect.objectContaining({
        faults: [
          { path: 'providers.claude.type', found: '"anthropic"', allowed: 'simulated | openai | openai-compatible' },
          { path: 'providers.azure-eu.type', found: '"azure-openai"', allowed: expect.any(String) as string },
        ],
      }),
    );
  });
});
