import { EnvironmentSettings, vendorKeys } from './environment.js';
import { parseGroup } from './parse-group.js';
import { isGroup, readSettingsFile } from './settings-file.js';
import { type SettingFault, SettingsError } from './settings.error.js';
import { FileSettings, ModelSettings, ProviderSettings } from './settings.js';
import { pendingSettings } from './pending-settings.js';

/** All settings, from the environment and the file, frozen. The class is its own DI token. */
export class Settings extends FileSettings {
  constructor(
    file: FileSettings,
    readonly environment: EnvironmentSettings,
    /** Vendors' keys from the environment, by variable. */
    readonly vendorKeys: ReadonlyMap<string, string>,
    /** Settings that were given and that this version does not act on yet. */
    readonly pending: readonly string[],
  ) {
    super();
    Object.assign(this, file);
    deepFreeze(this);
  }
}

/**
 * Reads `GATEWAY_CONFIG` and the environment.
 * @throws SettingsError with every fault, so that one start shows them all
 */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  const faults: SettingFault[] = [];
  const known = Object.keys(new EnvironmentSettings());
  const given = Object.fromEntries(known.filter((name) => env[name]).map((name) => [name, env[name]]));
  const environment = parseGroup(EnvironmentSettings, given, '', faults);
  if (faults.length > 0) throw new SettingsError(faults);

  const plain = readSettingsFile(environment.GATEWAY_CONFIG, env);
  const { providers = {}, models = {}, ...rest } = plain;
  const file = Object.assign(parseGroup(FileSettings, rest, '', faults), {
    providers: parseEach(ProviderSettings, providers, 'providers', faults),
    models: parseEach(ModelSettings, models, 'models', faults),
  });
  for (const [name, model] of Object.entries(file.models)) {
    if (model.targets.length === 0) {
      faults.push({ path: `models.${name}.targets`, found: 'no target', allowed: 'at least one { provider, model }' });
    }
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return new Settings(file, environment, vendorKeys(env), pendingSettings(plain, env));
}

function parseEach<T extends object>(
  type: new () => T,
  plain: unknown,
  path: string,
  faults: SettingFault[],
): Record<string, T> {
  if (!isGroup(plain)) {
    faults.push({ path, found: 'no group', allowed: 'settings by name' });
    return {};
  }
  const entries = Object.entries(plain).map(([name, value]) => [
    name,
    parseGroup(type, value, `${path}.${name}`, faults),
  ]);
  return Object.fromEntries(entries);
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
}
