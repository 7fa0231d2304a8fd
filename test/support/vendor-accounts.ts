import { generateKeyPairSync } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import { SettingsModule } from '../../src/config/config.module.js';
import { EnvironmentSettings } from '../../src/config/environment.js';
import { Settings } from '../../src/config/load-settings.js';
import { FileSettings, ProviderSettings } from '../../src/config/settings.js';
import { PROVIDER_REGISTRY, type Provider } from '../../src/providers/provider.js';
import type { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { ProvidersModule } from '../../src/providers/providers.module.js';
import { vendorModules } from '../../src/providers/vendor-modules.js';

/** The types of the vendors that are called over HTTP and have no test of their own. */
export const httpVendors: readonly string[] = vendorModules
  .map(({ type }) => type)
  .filter((type) => !['simulated', 'bedrock', 'ai-sdk'].includes(type));

/** Makes providers as the application does, each from an application of its own. */
export class VendorAccounts {
  private readonly apps: TestingModule[] = [];

  /** The provider `it` of this type. */
  async create(type: string, given: Partial<ProviderSettings>): Promise<Provider> {
    const settings = Object.assign(new ProviderSettings(), { type, ...given });
    const file = Object.assign(new FileSettings(), { providers: { it: settings } });
    const all = new Settings(file, new EnvironmentSettings(), new Map(), []);
    const imports = [SettingsModule.register(all), ProvidersModule.register(all)];
    const app = await Test.createTestingModule({ imports }).compile();
    this.apps.push(app);
    const found = app.get<ProviderRegistry>(PROVIDER_REGISTRY).get('it');
    if (!found) throw new Error(`no provider of the type ${type}`);
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The key file of a service account of Google Cloud whose tokens come from this URL. */
export function serviceAccount(tokenUrl: string): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: 'acme',
    private_key_id: 'k1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'gateway@acme.iam.gserviceaccount.com',
    token_uri: tokenUrl,
  });
}
