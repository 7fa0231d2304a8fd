import { type DynamicModule, Global, Module, type Provider as NestProvider } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { type SettingFault, SettingsError } from '../config/settings.error.js';
import { type ConfiguredProvider, configuredProviders } from './configured-providers.js';
import { PROVIDER_REGISTRY, type Provider, type Vendor, providerToken } from './provider.js';
import { ProviderRegistry } from './provider-registry.js';
import { vendorModules } from './vendor-modules.js';

/** Provides the registry, and each provider by `@InjectProvider(name)`. */
@Global()
@Module({})
export class ProvidersModule {
  static register(settings: Settings): DynamicModule {
    const configured = configuredProviders(settings);
    const providers = [registryProvider(configured), ...configured.map(({ name }) => namedProvider(name))];
    return {
      module: ProvidersModule,
      imports: [...vendorModules],
      providers,
      exports: providers,
    };
  }
}

function registryProvider(configured: readonly ConfiguredProvider[]): NestProvider {
  return {
    provide: PROVIDER_REGISTRY,
    inject: vendorModules.map(({ vendor }) => vendor),
    useFactory: (...vendors: Vendor[]) => {
      const byType = new Map(vendorModules.map(({ type }, index) => [type, vendors[index]]));
      return new ProviderRegistry(createAll(configured, byType));
    },
  };
}

function namedProvider(name: string): NestProvider {
  return {
    provide: providerToken(name),
    inject: [PROVIDER_REGISTRY],
    useFactory: (registry: ProviderRegistry) => registry.get(name),
  };
}

/** @throws SettingsError with the faults of all providers */
function createAll(
  configured: readonly ConfiguredProvider[],
  vendors: ReadonlyMap<string, Vendor | undefined>,
): Provider[] {
  const faults: SettingFault[] = [];
  const providers = configured.flatMap(({ name, type, settings }) => {
    try {
      return vendors.get(type)?.create(name, settings) ?? [];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      faults.push(...error.faults);
      return [];
    }
  });
  if (faults.length > 0) throw new SettingsError(faults);
  return providers;
}
