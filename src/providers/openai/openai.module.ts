import { Injectable, Module } from '@nestjs/common';
import { SettingsError } from '../../config/settings.error.js';
import type { ProviderSettings } from '../../config/settings.js';
import type { Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';
import { OpenAiChatProvider } from '../openai-chat.provider.js';

const BASE_URL = 'https://api.openai.com/v1';

@Injectable()
class OpenAiVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): OpenAiChatProvider {
    const { apiKey, baseUrl = BASE_URL, allowPrivateNetwork, models } = settings;
    if (apiKey === undefined) {
      throw new SettingsError([{ path: `providers.${name}.apiKey`, found: 'nothing', allowed: "the account's key" }]);
    }
    const headers = { authorization: `Bearer ${apiKey}` };
    const client = this.transport.client({ provider: name, baseUrl, allowPrivateNetwork, headers });
    return new OpenAiChatProvider({ name, priceId: 'openai', models, client });
  }
}

/** OpenAI itself. */
@Module({ imports: [TransportModule], providers: [OpenAiVendor], exports: [OpenAiVendor] })
export class OpenAiModule {
  static readonly type = 'openai';
  static readonly apiKeyVariable = 'OPENAI_API_KEY';
  static readonly vendor = OpenAiVendor;
}
