import { Injectable, Module } from '@nestjs/common';
import type { ProviderSettings } from '../../config/settings.js';
import { geminiMethod } from '../gemini-api.js';
import { HttpProvider, type ModelListing } from '../http-provider.js';
import { neededKey, preferred } from '../needed-settings.js';
import type { ProviderCall, Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';
import { segment, withVersion } from '../vendor-path.js';

const BASE_URL = 'https://generativelanguage.googleapis.com';
const USABLE_METHODS = ['generateContent', 'embedContent'];

@Injectable()
class GeminiVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): HttpProvider {
    const { allowPrivateNetwork, models } = settings;
    const baseUrl = withVersion(settings.baseUrl ?? BASE_URL, 'v1beta');
    const headers = { 'x-goog-api-key': neededKey(name, settings) };
    return new HttpProvider({
      name,
      priceId: 'google',
      client: this.transport.client({ provider: name, baseUrl, allowPrivateNetwork, headers }),
      speaks: preferred(name, settings, ['gemini']),
      embeds: 'gemini-embeddings',
      countsTokens: ['gemini'],
      path,
      models,
      listing,
    });
  }
}

/** @see https://ai.google.dev/api/generate-content */
function path(call: ProviderCall): string {
  const [, collection = 'models', id = call.model] = /^(models|tunedModels)\/(.+)$/.exec(call.model) ?? [];
  return `/${collection}/${segment(id)}:${geminiMethod(call)}`;
}

interface ListedModel {
  readonly name?: unknown;
  readonly supportedGenerationMethods?: readonly string[];
}

/** @see https://ai.google.dev/api/models#method:-models.list */
const listing: ModelListing = {
  path: '/models?pageSize=1000',
  read(list) {
    const { models = [] } = list as { readonly models?: readonly ListedModel[] };
    return models.flatMap(({ name, supportedGenerationMethods: methods = [] }) => {
      const isUsable = USABLE_METHODS.some((method) => methods.includes(method));
      return isUsable && typeof name === 'string' ? name.replace(/^models\//, '') : [];
    });
  },
};

/** Google's Gemini API, which takes a key. Gemini of a Google Cloud project is `vertex`. */
@Module({ imports: [TransportModule], providers: [GeminiVendor], exports: [GeminiVendor] })
export class GeminiModule {
  static readonly type = 'gemini';
  static readonly apiKeyVariable = 'GEMINI_API_KEY';
  static readonly vendor = GeminiVendor;
}
