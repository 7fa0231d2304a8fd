import { SettingsError } from '../../config/settings.error.js';
import type { ProviderSettings } from '../../config/settings.js';
import { isPrivateHost } from '../address-guard.js';
import type { Transport } from '../transport.js';
import { guardedFetch } from './guarded-fetch.js';

/** What every factory of an AI SDK provider takes; the `options` of the settings stand beside it. */
export interface FactorySettings {
  readonly apiKey?: string;
  readonly baseURL?: string;
  /** Obeys the gateway's rules for addresses. */
  readonly fetch: typeof fetch;
}

/** @throws SettingsError when the base URL's host is private and the provider may not use private networks */
export function factorySettings(transport: Transport, name: string, settings: ProviderSettings): FactorySettings {
  const { apiKey, baseUrl, allowPrivateNetwork, options } = settings;
  const host = baseUrl === undefined ? undefined : new URL(baseUrl).hostname;
  if (host !== undefined && !allowPrivateNetwork && isPrivateHost(host)) {
    const allowed = 'a public host, or allowPrivateNetwork: true beside it';
    throw new SettingsError([{ path: `providers.${name}.baseUrl`, found: host, allowed }]);
  }
  return {
    ...options,
    ...(apiKey !== undefined && { apiKey }),
    ...(baseUrl !== undefined && { baseURL: baseUrl }),
    fetch: guardedFetch(transport.pool(allowPrivateNetwork), allowPrivateNetwork),
  };
}
