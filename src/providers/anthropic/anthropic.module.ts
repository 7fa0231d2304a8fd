import { Injectable, Module } from '@nestjs/common';
import type { ProviderSettings } from '../../config/settings.js';
import { HttpProvider, type ModelListing } from '../http-provider.js';
import { neededKey, preferred } from '../needed-settings.js';
import { openAiListing } from '../openai-api.js';
import type { ProviderCall, Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';
import { withVersion } from '../vendor-path.js';

const BASE_URL = 'https://api.anthropic.com';
/** Where the caller does not say one. */
const VERSION = '2023-06-01';

@Injectable()
class AnthropicVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): HttpProvider {
    const { allowPrivateNetwork, models } = settings;
    const baseUrl = withVersion(settings.baseUrl ?? BASE_URL, 'v1');
    const headers = { 'x-api-key': neededKey(name, settings), 'anthropic-version': VERSION };
    return new HttpProvider({
      name,
      priceId: 'anthropic',
      client: this.transport.client({ provider: name, baseUrl, allowPrivateNetwork, headers }),
      speaks: preferred(name, settings, ['anthropic-messages']),
      countsTokens: ['anthropic-messages'],
      path,
      models,
      listing,
    });
  }
}

/** @see https://docs.anthropic.com/en/api */
function path({ operation }: ProviderCall): string {
  return operation === 'count-tokens' ? '/messages/count_tokens' : '/messages';
}

/** It has the shape of OpenAI's, and pages. */
const listing: ModelListing = { ...openAiListing, path: '/models?limit=1000' };

/** Anthropic itself, or anything else that has its API, such as Claude in Azure's Foundry. */
@Module({ imports: [TransportModule], providers: [AnthropicVendor], exports: [AnthropicVendor] })
export class AnthropicModule {
  static readonly type = 'anthropic';
  static readonly apiKeyVariable = 'ANTHROPIC_API_KEY';
  static readonly vendor = AnthropicVendor;
}
