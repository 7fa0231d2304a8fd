import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4FunctionTool,
  LanguageModelV4ReasoningPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';

/**
 * What of the AI SDK's call options the gateway says, as JSON holds it: a `URL` is its text, and files are base64.
 * @see https://github.com/vercel/ai/blob/main/packages/provider/src/language-model/v4
 */
export type WireCallOptions = Omit<
  LanguageModelV4CallOptions,
  'prompt' | 'tools' | 'responseFormat' | 'abortSignal' | 'headers' | 'includeRawChunks'
> & {
  readonly prompt: readonly WireMessage[];
  readonly tools?: readonly WireTool[] | undefined;
  readonly responseFormat?: WireResponseFormat | undefined;
};

export type WireFileData =
  | { readonly type: 'data'; readonly data: string }
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'text'; readonly text: string };

export type WireFilePart = Omit<LanguageModelV4FilePart, 'data'> & { readonly data: WireFileData };
export type WireUserPart = LanguageModelV4TextPart | WireFilePart;
export type WireAssistantPart =
  LanguageModelV4TextPart | WireFilePart | LanguageModelV4ReasoningPart | LanguageModelV4ToolCallPart;

export type WireToolOutput =
  | { readonly type: 'text' | 'error-text'; readonly value: string }
  | { readonly type: 'content'; readonly value: readonly WireUserPart[] };
export type WireToolPart = Omit<LanguageModelV4ToolResultPart, 'output'> & { readonly output: WireToolOutput };

export type WireMessage = { readonly providerOptions?: SharedV4ProviderOptions } & (
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: readonly WireUserPart[] }
  | { readonly role: 'assistant'; readonly content: readonly WireAssistantPart[] }
  | { readonly role: 'tool'; readonly content: readonly WireToolPart[] }
);

/** Schemas are the client's own and are not looked into. */
export type WireTool = Omit<LanguageModelV4FunctionTool, 'inputSchema'> & { readonly inputSchema: object };
export interface WireResponseFormat {
  readonly type: 'json';
  readonly schema?: object | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}
