import type { ProviderSettings } from '../../config/settings.js';
import { type ChatQuirks, adaptChat } from '../chat-quirks.js';
import { HttpProvider } from '../http-provider.js';
import { needed, neededKey, preferred } from '../needed-settings.js';
import { bearer, openAiListing, openAiPath } from '../openai-api.js';
import type { AdaptedCall, VendorModule } from '../provider.js';
import type { Transport } from '../transport.js';
import { vendorModule } from '../vendor-module.js';
import { type OpenAiLikeVendor, openAiLikeVendors } from './vendors.js';

const BASE_URL_RULE = 'the URL before /chat/completions, such as http://127.0.0.1:11434/v1';

const NO_QUIRKS: ChatQuirks = {};

/** A module for each line of the table. */
export const openAiLikeModules: readonly VendorModule[] = openAiLikeVendors.map((row) => {
  const { type, apiKeyVariable } = row;
  return vendorModule({
    type,
    apiKeyVariable,
    create: (transport, name, settings) => createProvider(transport, row, name, settings),
  });
});

function createProvider(
  transport: Transport,
  row: OpenAiLikeVendor,
  name: string,
  settings: ProviderSettings,
): HttpProvider {
  const apiKey = row.keyIsOptional ? settings.apiKey : neededKey(name, settings);
  const baseUrl = settings.baseUrl ?? row.baseUrl ?? needed(name, settings, 'baseUrl', BASE_URL_RULE);
  const allowPrivateNetwork = settings.allowPrivateNetwork || (row.isLocal === true && settings.baseUrl === undefined);
  const client = transport.client({ provider: name, baseUrl, allowPrivateNetwork, headers: bearer(apiKey) });
  return new HttpProvider({
    name,
    priceId: row.priceId,
    client,
    speaks: preferred(name, settings, ['openai-chat'], ['openai-responses']),
    extensions: row.extensions,
    takesPrefill: row.takesPrefill,
    embeds: row.embeds && 'openai-embeddings',
    askForUsage: row.alwaysReportsUsage !== true,
    path: openAiPath,
    adapt: (body, call) => adaptChat(body, quirksOf(row, call)),
    models: settings.models,
    listing: row.listsNothing ? undefined : openAiListing,
  });
}

function quirksOf(row: OpenAiLikeVendor, { operation, dialect }: AdaptedCall): ChatQuirks {
  if (operation === 'embed') return row.embeddingQuirks ?? NO_QUIRKS;
  return (dialect === 'openai-chat' ? row.quirks : undefined) ?? NO_QUIRKS;
}
