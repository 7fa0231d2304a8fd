import { aiSdkVendor } from './ai-sdk/ai-sdk.dialect.js';
import { anthropicMessagesClient, anthropicMessagesVendor } from './anthropic-messages/anthropic-messages.dialect.js';
import { anthropicMessagesPassthrough } from './anthropic-messages/anthropic-messages.passthrough.js';
import { bedrockConverseVendor } from './bedrock-converse/bedrock-converse.dialect.js';
import type { DialectName } from './conversation.js';
import type { ClientDialect, Passthrough, VendorDialect } from './dialect.js';
import { geminiClient, geminiVendor } from './gemini/gemini.dialect.js';
import { geminiPassthrough } from './gemini/gemini.passthrough.js';
import { openAiChatClient, openAiChatVendor } from './openai-chat/openai-chat.dialect.js';
import { openAiChatPassthrough } from './openai-chat/openai-chat.passthrough.js';
import { openAiResponsesClient, openAiResponsesVendor } from './openai-responses/openai-responses.dialect.js';
import { openAiResponsesPassthrough } from './openai-responses/openai-responses.passthrough.js';

export type ClientDialectName = Exclude<DialectName, 'bedrock-converse' | 'ai-sdk'>;

/** What the gateway can do for a client of one dialect. */
export interface ClientLanguage {
  readonly dialect: ClientDialect;
  /** For a vendor that speaks it too. */
  readonly passthrough: Passthrough;
}

export const clientLanguages: Readonly<Record<ClientDialectName, ClientLanguage>> = {
  'openai-chat': { dialect: openAiChatClient, passthrough: openAiChatPassthrough },
  'openai-responses': { dialect: openAiResponsesClient, passthrough: openAiResponsesPassthrough },
  'anthropic-messages': { dialect: anthropicMessagesClient, passthrough: anthropicMessagesPassthrough },
  gemini: { dialect: geminiClient, passthrough: geminiPassthrough },
};

export const vendorDialects: Readonly<Record<DialectName, VendorDialect>> = {
  'openai-chat': openAiChatVendor,
  'openai-responses': openAiResponsesVendor,
  'anthropic-messages': anthropicMessagesVendor,
  gemini: geminiVendor,
  'bedrock-converse': bedrockConverseVendor,
  'ai-sdk': aiSdkVendor,
};
