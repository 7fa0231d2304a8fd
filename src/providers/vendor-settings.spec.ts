import { findProvider } from '@pydantic/genai-prices';
import { afterAll, describe, expect, it } from 'vitest';
import { VendorAccounts, httpVendors, serviceAccount } from '../../test/support/vendor-accounts.js';
import { SettingsError } from '../config/settings.error.js';
import type { ProviderSettings } from '../config/settings.js';
import { type Provider, dialectsOf } from './provider.js';

const accounts = new VendorAccounts();
afterAll(() => accounts.close());

/** An account with all that its vendor needs. */
function complete(type: string, given: Partial<ProviderSettings> = {}): Promise<Provider> {
  const baseUrl = 'https://vendor.example/v1';
  const credentials = serviceAccount('https://vendor.example/token');
  return accounts.create(type, type === 'vertex' ? { credentials, ...given } : { apiKey: 'sk-1', baseUrl, ...given });
}

const WITHOUT_ADDRESS = new Set(['azure-openai', 'openai-compatible', 'vertex']);
const WITHOUT_PRICES = ['ollama', 'vllm', 'openai-compatible'];
const WITHOUT_KEY = new Set(['ollama', 'vllm', 'openai-compatible', 'vertex']);

describe('a vendor', () => {
  it.each(httpVendors.filter((type) => !WITHOUT_PRICES.includes(type)))(
    'of the type %s has a price id that the catalogue knows',
    async (type) => {
      const { priceId = '' } = await complete(type);
      expect(findProvider({ providerId: priceId })?.id).toBe(priceId);
    },
  );

  it.each(WITHOUT_PRICES)('of the type %s has no price but those of the settings', async (type) => {
    expect((await complete(type)).priceId).toBeUndefined();
  });

  it.each(httpVendors.filter((type) => !WITHOUT_ADDRESS.has(type)))(
    'of the type %s knows its own address',
    async (type) => {
      await expect(accounts.create(type, { apiKey: 'sk-1' })).resolves.toMatchObject({ name: 'it' });
    },
  );

  it.each(['ollama', 'vllm'])('of the type %s is here without a key or leave, and nowhere else', async (type) => {
    await expect(accounts.create(type, {})).resolves.toMatchObject({ name: 'it' });
    await expect(accounts.create(type, { baseUrl: 'http://127.0.0.1:1234/v1' })).rejects.toThrow('allowPrivateNetwork');
  });

  it.each<[type: string, settings: Partial<ProviderSettings>, path: string]>([
    ...httpVendors
      .filter((type) => !WITHOUT_KEY.has(type))
      .map((type): [string, Partial<ProviderSettings>, string] => [type, {}, 'apiKey']),
    ['openai-compatible', {}, 'baseUrl'],
    ['azure-openai', { apiKey: 'k' }, 'baseUrl'],
    ['vertex', {}, 'credentials'],
    ['vertex', { credentials: '{"client_email":"sk-secret"}' }, 'credentials'],
    ['vertex', { credentials: '/no/such/file' }, 'credentials'],
    ['vertex', { credentials: serviceAccount('https://a.example').replace('project_id', 'x') }, 'project'],
    ['openai', { apiKey: 'k', dialect: 'gemini' }, 'dialect'],
    [
      'azure-openai',
      { apiKey: 'k', baseUrl: 'https://a.example', apiVersion: '1', dialect: 'openai-responses' },
      'dialect',
    ],
  ])('of the type %s says which of its settings is wrong: %j', async (type, settings, path) => {
    const failure: unknown = await accounts.create(type, settings).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SettingsError);
    expect((failure as SettingsError).faults.map((fault) => fault.path)).toEqual([`providers.it.${path}`]);
    expect(String(failure)).not.toContain('sk-secret');
  });
});

describe('the languages of a vendor', () => {
  it.each<[type: string, settings: Partial<ProviderSettings>, speaks: string[]]>([
    ['openai', { baseUrl: undefined }, ['openai-responses', 'openai-chat']],
    ['openai', { baseUrl: 'https://eu.api.openai.com/v1' }, ['openai-responses', 'openai-chat']],
    ['openai', { baseUrl: 'https://openai.example/v1' }, ['openai-chat', 'openai-responses']],
    ['openai', { baseUrl: undefined, dialect: 'openai-chat' }, ['openai-chat', 'openai-responses']],
    ['openai', { dialect: 'openai-responses' }, ['openai-responses', 'openai-chat']],
    ['azure-openai', {}, ['openai-responses', 'openai-chat']],
    ['azure-openai', { apiVersion: '2024-10-21' }, ['openai-chat']],
    ['xai', {}, ['openai-chat']],
    ['xai', { dialect: 'openai-responses' }, ['openai-responses', 'openai-chat']],
    ['anthropic', {}, ['anthropic-messages']],
    ['gemini', {}, ['gemini']],
    ['vertex', {}, ['gemini', 'anthropic-messages']],
  ])('%s with %j', async (type, settings, speaks) => {
    expect((await complete(type, settings)).speaks).toEqual(speaks);
  });

  it('are its model’s at Vertex', async () => {
    const vertex = await complete('vertex');
    expect(dialectsOf(vertex, 'claude-sonnet-4@20250514')).toEqual(['anthropic-messages']);
    expect(dialectsOf(vertex, 'gemini-2.5-pro')).toEqual(['gemini']);
    const openai = await complete('openai');
    expect(dialectsOf(openai, 'claude-x')).toEqual(openai.speaks);
  });
});
