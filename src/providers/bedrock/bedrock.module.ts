import { Injectable, Module } from '@nestjs/common';
import type { ProviderSettings } from '../../config/settings.js';
import { needed } from '../needed-settings.js';
import { bearer } from '../openai-api.js';
import type { Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';
import { type CredentialSource, chainCredentials } from './bedrock.credentials.js';
import { type BedrockEndpoint, BedrockProvider } from './bedrock.provider.js';

@Injectable()
class BedrockVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): BedrockProvider {
    const { apiKey, baseUrl, models } = settings;
    const region = needed(name, settings, 'region', 'a region of AWS such as us-east-1, here or in AWS_REGION');
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return new BedrockProvider({
      name,
      region,
      runtime: this.endpoint(name, settings, baseUrl ?? `https://bedrock-runtime.${region}.${suffix}`),
      control: this.endpoint(name, settings, baseUrl ?? `https://bedrock.${region}.${suffix}`),
      models,
      credentials: apiKey === undefined ? credentialsOf(name, region, settings) : undefined,
    });
  }

  private endpoint(
    provider: string,
    { apiKey, allowPrivateNetwork }: ProviderSettings,
    baseUrl: string,
  ): BedrockEndpoint {
    const headers = bearer(apiKey);
    return { baseUrl, client: this.transport.client({ provider, baseUrl, allowPrivateNetwork, headers }) };
  }
}

function credentialsOf(name: string, region: string, settings: ProviderSettings): CredentialSource {
  const { accessKeyId, sessionToken } = settings;
  if (accessKeyId === undefined) return chainCredentials(name, region);
  const secretAccessKey = needed(name, settings, 'secretAccessKey', 'the secret of that access key');
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return () => Promise.resolve(credentials);
}

/** Amazon Bedrock, by its Converse API: an API key, an access key, or what AWS's default chain finds. */
@Module({ imports: [TransportModule], providers: [BedrockVendor], exports: [BedrockVendor] })
export class BedrockModule {
  static readonly type = 'bedrock';
  static readonly apiKeyVariable = 'AWS_BEARER_TOKEN_BEDROCK';
  static readonly keyNeeds = 'region';
  static readonly vendor = BedrockVendor;
}
