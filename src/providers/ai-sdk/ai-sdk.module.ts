import { Injectable, Module } from '@nestjs/common';
import { SettingsError } from '../../config/settings.error.js';
import type { ProviderSettings } from '../../config/settings.js';
import { asText } from '../../dialects/fields.js';
import { needed } from '../needed-settings.js';
import type { Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';
import { AiSdkProvider } from './ai-sdk.provider.js';
import { factorySettings } from './factory-settings.js';
import { isPackageName, loadFactory, packageUrl } from './provider-package.js';

const PACKAGE_RULE = 'the name of an installed provider package of the AI SDK, such as @openrouter/ai-sdk-provider';

@Injectable()
class AiSdkVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): AiSdkProvider {
    const url = installedPackage(name, settings);
    const given = factorySettings(this.transport, name, settings);
    const load = async () => (await loadFactory(url, asText(settings.options?.['factory'])))(given);
    return new AiSdkProvider({ name, models: settings.models, load });
  }
}

/** Any vendor by the name of its AI SDK package. The package is loaded when it is called for the first time. */
@Module({ imports: [TransportModule], providers: [AiSdkVendor], exports: [AiSdkVendor] })
export class AiSdkModule {
  static readonly type = 'ai-sdk';
  static readonly vendor = AiSdkVendor;
}

function installedPackage(name: string, settings: ProviderSettings): string {
  const packageName = needed(name, settings, 'package', PACKAGE_RULE);
  const url = isPackageName(packageName) ? packageUrl(packageName) : undefined;
  if (url !== undefined) return url;
  const path = `providers.${name}.package`;
  throw new SettingsError([{ path, found: JSON.stringify(packageName), allowed: PACKAGE_RULE }]);
}
