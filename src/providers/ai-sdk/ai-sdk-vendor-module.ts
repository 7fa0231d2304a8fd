import type { VendorModule } from '../provider.js';
import { vendorModule } from '../vendor-module.js';
import type { AiSdkModels } from './ai-sdk.models.js';
import { AiSdkProvider } from './ai-sdk.provider.js';
import { type FactorySettings, factorySettings } from './factory-settings.js';

interface AiSdkVendorOptions {
  /** What `type` says in the settings. */
  readonly type: string;
  /** The environment variable whose key alone makes a provider of this type ready to use. */
  readonly apiKeyVariable?: string;
  /** A package's factory, or a function around it. */
  readonly create: (settings: FactorySettings) => AiSdkModels;
}

/**
 * A vendor that the gateway knows by the code of its AI SDK package: one line of `vendorModules`.
 *
 * ```ts
 * aiSdkVendorModule({ type: 'acme', apiKeyVariable: 'ACME_API_KEY', create: createAcme }),
 * ```
 */
export function aiSdkVendorModule({ type, apiKeyVariable, create }: AiSdkVendorOptions): VendorModule {
  return vendorModule({
    type,
    apiKeyVariable,
    create(transport, name, settings) {
      const models = create(factorySettings(transport, name, settings));
      return new AiSdkProvider({ name, models: settings.models, load: async () => models });
    },
  });
}
