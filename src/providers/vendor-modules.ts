import { AiSdkModule } from './ai-sdk/ai-sdk.module.js';
import { AnthropicModule } from './anthropic/anthropic.module.js';
import { AzureOpenAiModule } from './azure-openai/azure-openai.module.js';
import { BedrockModule } from './bedrock/bedrock.module.js';
import { GeminiModule } from './gemini/gemini.module.js';
import { OpenAiModule } from './openai/openai.module.js';
import { openAiLikeModules } from './openai-like/openai-like.module.js';
import type { VendorModule } from './provider.js';
import { SimulatedModule } from './simulated/simulated.module.js';
import { VertexModule } from './vertex/vertex.module.js';

/** The vendors that the gateway knows. Adding one is its folder and its line here. */
export const vendorModules: readonly VendorModule[] = [
  SimulatedModule,
  OpenAiModule,
  AnthropicModule,
  GeminiModule,
  AzureOpenAiModule,
  VertexModule,
  BedrockModule,
  AiSdkModule,
  ...openAiLikeModules,
];
