import type { Conversation, JsonObject, Message, TextPart } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact } from '../fields.js';
import { splitInstructions } from '../instructions.js';
import type { Losses } from '../losses.js';
import { encodeContents, encodeTexts } from './gemini.contents.encode.js';
import { encodeGenerationConfig } from './gemini.generation-config.encode.js';
import { geminiModel } from './gemini.models.js';
import { encodeToolConfig, encodeTools } from './gemini.tools.encode.js';

/**
 * The body of `generateContent` and `streamGenerateContent`; the model and whether to stream stand in the URL.
 * @see https://ai.google.dev/api/generate-content
 */
export function encodeRequest(conversation: Conversation, { model: name, losses }: RequestContext): JsonObject {
  const model = geminiModel(name);
  const { instructions, messages } = divided(conversation.messages);
  noteLosses(conversation, losses);
  return compact({
    systemInstruction: instructions.length > 0 ? { parts: encodeTexts(instructions, losses) } : undefined,
    contents: encodeContents(messages, model, losses),
    tools: encodeTools(conversation.tools, losses),
    toolConfig: encodeToolConfig(conversation, model, losses),
    generationConfig: encodeGenerationConfig(conversation, model, losses),
  });
}

/** Instructions at the beginning have a place of their own, but a request needs a content besides them. */
function divided(messages: readonly Message[]): {
  readonly instructions: readonly TextPart[];
  readonly messages: readonly Message[];
} {
  const { instructions, rest } = splitInstructions(messages);
  return rest.length > 0 ? { instructions, messages: rest } : { instructions: [], messages };
}

function noteLosses(conversation: Conversation, losses: Losses): void {
  const { parallelToolCalls, logitBias, user, metadata, promptCacheKey, serviceTier, verbosity } = conversation;
  if (parallelToolCalls === false) losses.add('parallel_tool_calls');
  const lost = {
    logit_bias: logitBias,
    user,
    metadata,
    prompt_cache_key: promptCacheKey,
    service_tier: serviceTier,
    verbosity,
  };
  for (const [name, value] of Object.entries(lost)) if (value !== undefined) losses.add(name);
  for (const name of conversation.unmodelled) losses.add(name);
}
