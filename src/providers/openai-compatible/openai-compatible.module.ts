import { Injectable, Module } from '@nestjs/common';
import { SettingsError } from '../../config/settings.error.js';
import type { ProviderSettings } from '../../config/settings.js';
import { OpenAiChatProvider } from '../openai-chat.provider.js';
import type { Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';

@Injectable()
class OpenAiCompatibleVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): OpenAiChatProvider {
    const { apiKey, baseUrl, allowPrivateNetwork, models } = settings;
    if (baseUrl === undefined) {
      const allowed = 'the URL before /chat/completions, such as http://127.0.0.1:11434/v1';
      throw new SettingsError([{ path: `providers.${name}.baseUrl`, found: 'nothing', allowed }]);
    }
    const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    const client = this.transport.client({ provider: name, baseUrl, allowPrivateNetwork, headers });
    return new OpenAiChatProvider({ name, priceId: undefined, models, client });
  }
}

/** Any server that speaks OpenAI's chat dialect: vLLM, Ollama, LM Studio, a vendor without a module of its own. */
@Module({ imports: [TransportModule], providers: [OpenAiCompatibleVendor], exports: [OpenAiCompatibleVendor] })
export class OpenAiCompatibleModule {
  static readonly type = 'openai-compatible';
  static readonly vendor = OpenAiCompatibleVendor;
}
