import type { ClientDialectName } from '../../src/dialects/dialects.js';
import { faultsAgainst } from './published-schema.js';
import { faultsAgainstSdk } from './sdk-schema.js';
import type { Json } from './plain/told.js';

const ANTHROPIC = '@anthropic-ai/sdk/resources/messages/messages';
const ANTHROPIC_BETA = '@anthropic-ai/sdk/resources/beta/messages/messages';
/** OpenAI's schema takes a message for two things at once, and therefore for none. */
const RESPONSES = 'openai/resources/responses/responses';
const GEMINI = '@google/genai';

/** What an answer's body has against the dialect's published schema or its SDK's types. */
export const faultsInBody: Readonly<Record<ClientDialectName, (body: Json) => string[]>> = {
  'openai-chat': (body) => faultsAgainst('CreateChatCompletionResponse', body),
  'openai-responses': (body) => faultsAgainst('Response', body),
  'anthropic-messages': (body) => faultsAgainstSdk(ANTHROPIC, 'Message', body),
  gemini: (body) => faultsAgainstSdk(GEMINI, 'GenerateContentResponse', body),
};

/** The same of one event of a stream. */
export const faultsInEvent: Readonly<Record<ClientDialectName, (event: Json) => string[]>> = {
  'openai-chat': (event) => faultsAgainst('CreateChatCompletionStreamResponse', event),
  'openai-responses': (event) => faultsAgainst('ResponseStreamEvent', event),
  'anthropic-messages': (event) => faultsAgainstSdk(ANTHROPIC, 'RawMessageStreamEvent', event),
  gemini: faultsInBody.gemini,
};

/** What a request's body has against them. */
export const faultsInRequest: Readonly<Record<ClientDialectName, (body: Json) => string[]>> = {
  'openai-chat': (body) => faultsAgainst('CreateChatCompletionRequest', body),
  'openai-responses': (body) => faultsAgainstSdk(RESPONSES, 'ResponseCreateParams', body),
  'anthropic-messages': (body) => faultsAgainstSdk(ANTHROPIC_BETA, 'MessageCreateParams', body),
  gemini: faultsInGeminiRequest,
};

/** The SDK has no type of the whole body, only of its parts. */
function faultsInGeminiRequest(body: Json): string[] {
  const lists = { contents: 'Content', tools: 'Tool', safetySettings: 'SafetySetting' };
  const single = { systemInstruction: 'Content', toolConfig: 'ToolConfig', generationConfig: 'GenerationConfig' };
  return [
    ...Object.entries(lists).flatMap(([name, type]) =>
      listOf(body[name]).flatMap((item) => faultsAgainstSdk(GEMINI, type, item)),
    ),
    ...Object.entries(single).flatMap(([name, type]) =>
      body[name] === undefined ? [] : faultsAgainstSdk(GEMINI, type, body[name]),
    ),
  ];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The event that says that all of an answer is there, as the text of the stream ends. */
export const terminals: Readonly<Record<ClientDialectName, RegExp>> = {
  'openai-chat': /\ndata: \[DONE\]\n\n$/,
  'openai-responses': /\nevent: response\.(completed|incomplete)\ndata: [^\n]*\n\n$/,
  'anthropic-messages': /\nevent: message_stop\ndata: [^\n]*\n\n$/,
  gemini: /"finishReason": ?"[A-Z_]+"[^\n]*\n\n$/,
};
