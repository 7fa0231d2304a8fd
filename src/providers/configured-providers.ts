import type { Settings } from '../config/load-settings.js';
import { SettingsError } from '../config/settings.error.js';
import { ProviderSettings } from '../config/settings.js';
import { vendorModules } from './vendor-modules.js';

export interface ConfiguredProvider {
  readonly name: string;
  readonly type: string;
  readonly settings: ProviderSettings;
}

/** The provider that is always there: what a newcomer, a load test and Swagger's "Try it out" talk to. */
const BUILT_IN = 'simulated';

/**
 * The providers of the settings file, those that a vendor's key in the environment makes ready to use, and the built-in
 * one.
 * @throws SettingsError when a type is not one of the vendors'
 */
export function configuredProviders(settings: Settings): ConfiguredProvider[] {
  const types = vendorModules.map(({ type }) => type);
  const byName = new Map<string, ConfiguredProvider>();
  const keys = environmentKeys(settings);
  byName.set(BUILT_IN, { name: BUILT_IN, type: BUILT_IN, settings: new ProviderSettings() });
  for (const { type, keyNeeds } of vendorModules) {
    const apiKey = keys.get(type);
    if (apiKey === undefined) continue;
    const ready = completed(new ProviderSettings(), settings, apiKey);
    if (keyNeeds === undefined || ready[keyNeeds] !== undefined)
      byName.set(type, { name: type, type, settings: ready });
  }
  const faults = [];
  for (const [name, provider] of Object.entries(settings.providers)) {
    const type = provider.type ?? name;
    if (!types.includes(type)) {
      faults.push({ path: `providers.${name}.type`, found: JSON.stringify(type), allowed: types.join(' | ') });
    }
    const apiKey = name === type ? keys.get(type) : undefined;
    byName.set(name, { name, type, settings: completed(provider, settings, apiKey) });
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return [...byName.values()];
}

/** Keys from the environment by vendor type. The environment goes before the file. */
function environmentKeys(settings: Settings): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { type, apiKeyVariable } of vendorModules) {
    const apiKey = apiKeyVariable === undefined ? undefined : settings.vendorKeys.get(apiKeyVariable);
    if (apiKey !== undefined) keys.set(type, apiKey);
  }
  return keys;
}

/** A provider's settings with what the environment says of them: the key before the file's, the region after it. */
function completed(provider: ProviderSettings, { environment }: Settings, apiKey?: string): ProviderSettings {
  const region = provider.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const fromEnvironment = { region, apiKey: apiKey ?? provider.apiKey };
  return Object.freeze(Object.assign(new ProviderSettings(), provider, fromEnvironment));
}
