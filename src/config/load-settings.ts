import { EnvironmentSettings, vendorKeys } from './environment.js';
import { parseGroup } from './parse-group.js';
import { isGroup, readSettingsFile } from './settings-file.js';
import { SettingFaults } from './setting-faults.js';
import { FileSettings, ModelSettings, NAME, NAME_RULE, ProviderSettings } from './settings.js';
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
 * Reads the environment and the file that `GATEWAY_CONFIG` names.
 * @throws SettingsError with every fault, so that one start shows them all
 */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  const faults = new SettingFaults();
  const known = Object.keys(new EnvironmentSettings());
  const given = Object.fromEntries(known.filter((name) => env[name]).map((name) => [name, env[name]]));
  const environment = parseGroup(EnvironmentSettings, given, '', faults);

  let plain: Record<string, unknown> = {};
  let file = new FileSettings();
  faults.gather(() => {
    const { settings, filledIn } = readSettingsFile(environment.GATEWAY_CONFIG, env);
    plain = settings;
    file = parseFile(settings, new SettingFaults(filledIn));
  });
  faults.throwIfAny();
  return new Settings(file, environment, vendorKeys(env), pendingSettings(plain, env));
}

function parseFile(plain: Record<string, unknown>, faults: SettingFaults): FileSettings {
  const { providers = {}, models = {}, ...rest } = plain;
  const file = Object.assign(parseGroup(FileSettings, rest, '', faults), {
    providers: parseEach(ProviderSettings, providers, 'providers', faults),
    models: parseEach(ModelSettings, models, 'models', faults),
  });
  for (const name of Object.keys(file.providers)) {
    if (!NAME.test(name)) faults.say(`providers.${name}`, 'a name that no model could carry', NAME_RULE);
  }
  for (const [name, model] of Object.entries(file.models)) {
    const path = `models.${name}.targets`;
    if (model.targets.length === 0) faults.say(path, 'no target', 'at least one { provider, model }');
  }
  faults.throwIfAny();
  return file;
}

function parseEach<T extends object>(
  type: new () => T,
  plain: unknown,
  path: string,
  faults: SettingFaults,
): Record<string, T> {
  if (!isGroup(plain)) {
    faults.add(path, plain, 'settings by name');
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
