import { describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, ProviderSettings } from '../config/settings.js';
import { configuredProviders } from './configured-providers.js';
import { vendorModules } from './vendor-modules.js';

function configured(
  providers: Record<string, Partial<ProviderSettings>>,
  keys: Record<string, string> = {},
  variables: Partial<EnvironmentSettings> = {},
) {
  const typed = Object.entries(providers).map(([name, given]) => [name, Object.assign(new ProviderSettings(), given)]);
  const file = Object.assign(new FileSettings(), { providers: Object.fromEntries(typed) as object });
  const environment = Object.assign(new EnvironmentSettings(), variables);
  return configuredProviders(new Settings(file, environment, new Map(Object.entries(keys)), []));
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

  it.each([
    ['OPENAI_API_KEY', 'openai'],
    ['ANTHROPIC_API_KEY', 'anthropic'],
    ['GEMINI_API_KEY', 'gemini'],
    ['MISTRAL_API_KEY', 'mistral'],
    ['GROQ_API_KEY', 'groq'],
    ['DEEPSEEK_API_KEY', 'deepseek'],
    ['XAI_API_KEY', 'xai'],
    ['OPENROUTER_API_KEY', 'openrouter'],
    ['TOGETHER_API_KEY', 'together'],
    ['FIREWORKS_API_KEY', 'fireworks'],
    ['CEREBRAS_API_KEY', 'cerebras'],
    ['PERPLEXITY_API_KEY', 'perplexity'],
    ['COHERE_API_KEY', 'cohere'],
    ['OLLAMA_API_KEY', 'ollama'],
    ['VLLM_API_KEY', 'vllm'],
  ])('makes of %s alone the provider %s', (variable, name) => {
    expect(configured({}, { [variable]: 'sk-env' })).toMatchObject([
      { name: 'simulated' },
      { name, type: name, settings: { apiKey: 'sk-env' } },
    ]);
  });

  it('makes no provider of a key that is not enough, and uses it where the file has the rest', () => {
    const key = { AZURE_OPENAI_API_KEY: 'sk-env' };
    expect(configured({}, key).map(({ name }) => name)).toEqual(['simulated']);
    const file = { 'azure-openai': { baseUrl: 'https://x.openai.azure.com' } };
    expect(configured(file, key)[1]).toMatchObject({
      name: 'azure-openai',
      settings: { apiKey: 'sk-env', baseUrl: 'https://x.openai.azure.com' },
    });
  });

  it('makes of the key of Bedrock and a region the provider bedrock', () => {
    const found = configured({}, { AWS_BEARER_TOKEN_BEDROCK: 'key' }, { AWS_REGION: 'eu-central-1' });
    expect(found[1]).toMatchObject({ name: 'bedrock', settings: { apiKey: 'key', region: 'eu-central-1' } });
  });

  it.each<[settings: Partial<ProviderSettings>, variables: Partial<EnvironmentSettings>, region: string | undefined]>([
    [{}, {}, undefined],
    [{}, { AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
    [{}, { AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-central-1'],
    [{ region: 'us-east-1' }, { AWS_REGION: 'eu-central-1' }, 'us-east-1'],
  ])('of %j is, with %j, in the region %s', (settings, variables, region) => {
    expect(configured({ a: { type: 'openai', ...settings } }, {}, variables)[1]?.settings.region).toBe(region);
  });

  it('has a vendor for each type of the contract’s sample', () => {
    const sample = {
      openai: { apiKey: 'a' },
      claude: { type: 'anthropic', apiKey: 'b' },
      'azure-eu': { type: 'azure-openai', apiKey: 'c' },
      local: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1' },
    };
    expect(configured(sample)).toMatchObject([{ name: 'simulated' }, ...Object.keys(sample).map((name) => ({ name }))]);
  });

  it('names every type that is not built, with all those that are', () => {
    const types = vendorModules.map(({ type }) => type).join(' | ');
    expect(types).toContain('simulated | openai | anthropic | gemini');
    expect(() => configured({ claude: { type: 'claude' }, openai: {}, 'azure-eu': { type: 'azure' } })).toThrow(
      expect.objectContaining({
        faults: [
          { path: 'providers.claude.type', found: '"claude"', allowed: types },
          { path: 'providers.azure-eu.type', found: '"azure"', allowed: types },
        ],
      }),
    );
  });
});
