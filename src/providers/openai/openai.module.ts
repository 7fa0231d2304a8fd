import { Injectable, Module } from '@nestjs/common';
import type { ProviderSettings } from '../../config/settings.js';
import { HttpProvider } from '../http-provider.js';
import { neededKey, preferred } from '../needed-settings.js';
import { bearer, openAiListing, openAiPath } from '../openai-api.js';
import type { Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';

const BASE_URL = 'https://api.openai.com/v1';
/** OpenAI's own hosts, those of its regions included (`eu.api.openai.com`). */
const OWN_HOST = /(^|\.)api\.openai\.com$/;

@Injectable()
class OpenAiVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): HttpProvider {
    const { baseUrl = BASE_URL, allowPrivateNetwork, models } = settings;
    const headers = bearer(neededKey(name, settings));
    // Its newest models reason together with tools over Responses only; what stands in for OpenAI often has chat alone.
    const isOwn = OWN_HOST.test(new URL(baseUrl).hostname);
    return new HttpProvider({
      name,
      priceId: 'openai',
      client: this.transport.client({ provider: name, baseUrl, allowPrivateNetwork, headers }),
      speaks: preferred(
        name,
        settings,
        isOwn ? ['openai-responses', 'openai-chat'] : ['openai-chat', 'openai-responses'],
      ),
      extensions: isOwn ? ['custom_tools', 'developer_role'] : [],
      embeds: 'openai-embeddings',
      askForUsage: true,
      path: openAiPath,
      models,
      listing: openAiListing,
    });
  }
}

/** OpenAI itself. */
@Module({ imports: [TransportModule], providers: [OpenAiVendor], exports: [OpenAiVendor] })
export class OpenAiModule {
  static readonly type = 'openai';
  static readonly apiKeyVariable = 'OPENAI_API_KEY';
  static readonly vendor = OpenAiVendor;
}
