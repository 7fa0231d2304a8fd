import { Injectable, Module } from '@nestjs/common';
import type { ProviderSettings } from '../../config/settings.js';
import { HttpProvider } from '../http-provider.js';
import { needed, neededKey, preferred } from '../needed-settings.js';
import { openAiPath } from '../openai-api.js';
import type { ProviderCall, Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';
import { segment } from '../vendor-path.js';

const BASE_URL_RULE = 'the resource’s URL, such as https://my-resource.openai.azure.com';

@Injectable()
class AzureOpenAiVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): HttpProvider {
    const { apiVersion, allowPrivateNetwork, models } = settings;
    const headers = { 'api-key': neededKey(name, settings) };
    const baseUrl = resourceUrl(needed(name, settings, 'baseUrl', BASE_URL_RULE));
    return new HttpProvider({
      name,
      priceId: 'azure',
      client: this.transport.client({ provider: name, baseUrl, allowPrivateNetwork, headers }),
      speaks: preferred(name, settings, apiVersion ? ['openai-chat'] : ['openai-responses', 'openai-chat']),
      extensions: ['custom_tools', 'developer_role'],
      embeds: 'openai-embeddings',
      askForUsage: true,
      path: (call) => (apiVersion ? deploymentPath(call, apiVersion) : `/v1${openAiPath(call)}`),
      // Azure lists every model that could be deployed, not those that are.
      models: models ?? [],
    });
  }
}

/** With `/openai`, from what the portal shows: the resource alone, or any longer part of a call's URL. */
function resourceUrl(baseUrl: string): string {
  return `${baseUrl.replace(/\/+$/, '').replace(/\/openai(\/v1)?$/, '')}/openai`;
}

/** @see https://learn.microsoft.com/azure/ai-services/openai/reference */
function deploymentPath(call: ProviderCall, apiVersion: string): string {
  return `/deployments/${segment(call.model)}${openAiPath(call)}?api-version=${encodeURIComponent(apiVersion)}`;
}

/**
 * OpenAI's models in Azure. Models are the names of deployments. Without `apiVersion` it is called at its `v1` address,
 * which has no versions.
 */
@Module({ imports: [TransportModule], providers: [AzureOpenAiVendor], exports: [AzureOpenAiVendor] })
export class AzureOpenAiModule {
  static readonly type = 'azure-openai';
  static readonly apiKeyVariable = 'AZURE_OPENAI_API_KEY';
  static readonly keyNeeds = 'baseUrl';
  static readonly vendor = AzureOpenAiVendor;
}
