import { describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, ProviderSettings } from '../config/settings.js';
import { KnownSecrets } from './known-secrets.js';

const providers = {
  a: Object.assign(new ProviderSettings(), { apiKey: 'file-key-1' }),
  aws: Object.assign(new ProviderSettings(), { secretAccessKey: 'aws/secret+1', sessionToken: 'aws-token-1' }),
  local: Object.assign(new ProviderSettings(), { apiKey: 'none' }),
};
const file = Object.assign(new FileSettings(), { providers });
const settings = new Settings(file, new EnvironmentSettings(), new Map([['OPENAI_API_KEY', 'environment-key-1']]), []);

describe('KnownSecrets', () => {
  it.each(['file-key-1', 'aws/secret+1', 'aws-token-1', 'environment-key-1'])(
    'masks %s wherever a vendor says it',
    (key) => {
      expect(new KnownSecrets(settings).mask(`key=${key}; again: "${key}"`)).toBe('key=***; again: "***"');
    },
  );

  it('leaves all other words, and a key that could be one', () => {
    const said = 'prompt is too long: none of it fits';
    expect(new KnownSecrets(settings).mask(said)).toBe(said);
  });
});
