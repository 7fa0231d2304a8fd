import type { ProviderSettings } from '../../config/settings.js';
import { allowedUrl } from '../needed-settings.js';
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
  if (baseUrl !== undefined) allowedUrl(name, baseUrl, allowPrivateNetwork);
  return {
    ...options,
    ...(apiKey !== undefined && { apiKey }),
    ...(baseUrl !== undefined && { baseURL: baseUrl }),
    fetch: guardedFetch((connectMs) => transport.pool(allowPrivateNetwork, connectMs), allowPrivateNetwork),
  };
}
