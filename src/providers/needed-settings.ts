import { SettingsError } from '../config/settings.error.js';
import type { ProviderSettings } from '../config/settings.js';
import type { DialectName } from '../dialects/conversation.js';
import { isPrivateHost } from './address-guard.js';

/** @throws SettingsError where a setting that the vendor needs is left out */
export function needed<Name extends keyof ProviderSettings>(
  provider: string,
  settings: ProviderSettings,
  setting: Name,
  allowed: string,
): NonNullable<ProviderSettings[Name]> {
  const value = settings[setting];
  if (value !== undefined && value !== null) return value;
  throw new SettingsError([{ path: `providers.${provider}.${setting}`, found: 'nothing', allowed }]);
}

/** The key of an account, at a vendor that answers nobody without one. */
export function neededKey(provider: string, settings: ProviderSettings): string {
  return needed(provider, settings, 'apiKey', "the account's key");
}

/** @throws SettingsError when the URL's host is private and the provider may not use private networks */
export function allowedUrl(provider: string, baseUrl: string, allowPrivateNetwork: boolean): URL {
  const url = new URL(baseUrl);
  if (allowPrivateNetwork || !isPrivateHost(url.hostname)) return url;
  const allowed = 'a public host, or allowPrivateNetwork: true beside it';
  throw new SettingsError([{ path: `providers.${provider}.baseUrl`, found: url.hostname, allowed }]);
}

type Dialects = readonly [DialectName, ...DialectName[]];

/**
 * The dialects of a vendor, the one that the settings prefer first.
 * @param onDemand dialects that not every server of this kind speaks, so that the settings have to name them
 * @throws SettingsError where the vendor does not speak the preferred one
 */
export function preferred(
  provider: string,
  { dialect }: ProviderSettings,
  dialects: Dialects,
  onDemand: readonly DialectName[] = [],
): Dialects {
  if (dialect === undefined) return dialects;
  const choice = [...dialects, ...onDemand];
  const first = choice.find((name) => name === dialect);
  if (first === undefined) {
    const path = `providers.${provider}.dialect`;
    throw new SettingsError([{ path, found: JSON.stringify(dialect), allowed: choice.join(' | ') }]);
  }
  return [first, ...dialects.filter((name) => name !== first)];
}
