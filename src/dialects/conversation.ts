/**
 * The canonical conversation: what every client's request is decoded to and every vendor's request is encoded from. It
 * is the union of what the dialects can say, in one form for each idea. What a request did not say is `undefined`.
 * Types alone, and longer than other files, so that the whole form can be read in one place.
 */

/** The wire formats. `bedrock-converse` and `ai-sdk` are spoken by vendors only. */
export type DialectName =
  'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini' | 'bedrock-converse' | 'ai-sdk';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Asks for the prompt up to and including the part that carries it to be cached. */
export interface CacheMarker {
  /** As the client wrote it, such as `5m` or `1h`; `undefined` is the vendor's default. */
  readonly ttl?: string | undefined;
}

/**
 * What a vendor wants back, unchanged, on the next turn: it proves or hides the model's reasoning. Only the family of
 * models that made it can read it.
 */
export interface Signature {
  readonly origin: SignatureOrigin;
  readonly value: string;
  /** The vendor's id of the reasoning item, where its dialect has one (`rs_…`). */
  readonly id?: string | undefined;
  /** The reasoning itself is inside the value and there is no text (`redacted_thinking`). */
  readonly redacted?: true | undefined;
}

/** Anthropic's models sign alike at Anthropic, Bedrock and Vertex. `opaque`: an OpenAI-like vendor's own form. */
export type SignatureOrigin = 'anthropic' | 'google' | 'openai' | 'opaque';

/** A part that only its own dialect can say, such as a vendor's server-side tool call. Never looked into. */
export interface NativePart {
  readonly type: 'native';
  readonly dialect: DialectName;
  /** What the dialect calls it, for `x-gateway-dropped`: `web_search_tool_result`, `executableCode`. */
  readonly kind: string;
  readonly value: JsonObject;
}

/** Where a text comes from. Offsets count characters of the text that carries the citation. */
export interface Citation {
  readonly url?: string | undefined;
  readonly title?: string | undefined;
  /** The words of the source. */
  readonly citedText?: string | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** The citation as its own dialect writes it, kept for a client of the same dialect. */
  readonly native?: { readonly dialect: DialectName; readonly value: JsonObject } | undefined;
}

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | undefined;
  /** The most likely tokens at this place, the best first. */
  readonly top?: readonly Omit<TokenLogprob, 'top'>[] | undefined;
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  readonly cache?: CacheMarker | undefined;
  readonly citations?: readonly Citation[] | undefined;
  readonly logprobs?: readonly TokenLogprob[] | undefined;
  /** Gemini signs texts too. */
  readonly signature?: Signature | undefined;
}

export interface RefusalPart {
  readonly type: 'refusal';
  readonly text: string;
}

export type MediaSource =
  | { readonly type: 'data'; readonly base64: string }
  | { readonly type: 'url'; readonly url: string }
  /** A file that the vendor keeps; its id means nothing to another vendor. */
  | { readonly type: 'file'; readonly id: string }
  /** A document that is plain text. */
  | { readonly type: 'text'; readonly text: string };

/** An image, sound, film or document, in a request or made by the model. */
export interface MediaPart {
  readonly type: 'media';
  readonly kind: 'image' | 'audio' | 'video' | 'document';
  readonly source: MediaSource;
  /** `image/png`, `application/pdf`; always there with `data`, as far as the client told or the bytes tell. */
  readonly mediaType?: string | undefined;
  /** A file's name or a document's title. */
  readonly name?: string | undefined;
  /** OpenAI's resolution of an image: `low`, `high`, `auto`, `original`. */
  readonly detail?: string | undefined;
  readonly cache?: CacheMarker | undefined;
}

/** The model's reasoning, whole or in summary. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  /** Empty where the vendor shows none of it. */
  readonly text: string;
  readonly signature?: Signature | undefined;
}

export interface ToolCallPart {
  readonly type: 'tool-call';
  /** The vendor's id, or one made by the decoder where the vendor has none. Its result names the same one. */
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it, or free text where `custom`. An empty text is no arguments. */
  readonly arguments: string;
  /** The tool takes free text, not JSON (OpenAI's custom tools). */
  readonly custom?: true | undefined;
  readonly signature?: Signature | undefined;
  readonly cache?: CacheMarker | undefined;
}

export interface ToolResultPart {
  readonly type: 'tool-result';
  readonly callId: string;
  /** The tool's name, where the dialect says it (Gemini) or an earlier call in the conversation does. */
  readonly name?: string | undefined;
  readonly parts: readonly (TextPart | MediaPart | NativePart)[];
  readonly isError?: true | undefined;
  /** The call was one of a custom tool. */
  readonly custom?: true | undefined;
  readonly cache?: CacheMarker | undefined;
}

export type UserPart = TextPart | MediaPart | NativePart;
export type AssistantPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart | MediaPart | NativePart;

/**
 * Messages in order. `system` and `developer` may stand anywhere; those at the beginning are the instructions. Results
 * of tools are messages of their own, right after the assistant message that called them.
 */
export type Message =
  | { readonly role: 'system' | 'developer'; readonly parts: readonly TextPart[] }
  | { readonly role: 'user'; readonly parts: readonly UserPart[]; readonly name?: string | undefined }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[]; readonly name?: string | undefined }
  | { readonly role: 'tool'; readonly results: readonly ToolResultPart[] };

/** A named group of tools, as OpenAI has them. Elsewhere each tool stands alone, under a name made of both. */
export interface ToolNamespace {
  readonly name: string;
  readonly description?: string | undefined;
  /** The tool's own name in the group. */
  readonly member: string;
}

export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string | undefined;
  /** A JSON schema; `undefined` for a tool without parameters. */
  readonly parameters?: JsonObject | undefined;
  readonly strict?: boolean | undefined;
  readonly namespace?: ToolNamespace | undefined;
  readonly cache?: CacheMarker | undefined;
}

/** A tool that takes free text. */
export interface CustomTool {
  readonly type: 'custom';
  readonly name: string;
  readonly description?: string | undefined;
  /** OpenAI's grammar of the text. */
  readonly format?: JsonObject | undefined;
  readonly namespace?: ToolNamespace | undefined;
}

/** A tool that the vendor runs, such as a web search; only its own dialect knows it. */
export interface NativeTool {
  readonly type: 'native';
  readonly dialect: DialectName;
  /** `web_search`, `code_execution`, `namespace`. */
  readonly kind: string;
  readonly value: JsonObject;
}

export type Tool = FunctionTool | CustomTool | NativeTool;

export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string }
  /** Only these, at least one of them where `required`. */
  | { readonly type: 'allowed'; readonly names: readonly string[]; readonly required: boolean };

export type ResponseFormat =
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema';
      readonly name?: string | undefined;
      readonly description?: string | undefined;
      readonly schema: JsonObject;
      readonly strict?: boolean | undefined;
    };

/** From the least to the most; `none` switches reasoning off. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

/** How much the model is to think, in the words that the client used: an effort, a number of tokens, or neither. */
export interface ReasoningRequest {
  readonly effort?: Effort | undefined;
  readonly budgetTokens?: number | undefined;
  /** The model decides for itself how much (`thinking: { type: 'adaptive' }`, Gemini's budget of -1). */
  readonly adaptive?: true | undefined;
  /** Whether the reasoning's text or summary is to be shown. */
  readonly visible?: boolean | undefined;
}

/** One request for an answer. */
export interface Conversation {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[] | undefined;
  readonly toolChoice?: ToolChoice | undefined;
  readonly parallelToolCalls?: boolean | undefined;
  readonly responseFormat?: ResponseFormat | undefined;
  readonly reasoning?: ReasoningRequest | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** How many answers. */
  readonly choices?: number | undefined;
  /** Log probabilities of the answer's tokens, with so many alternatives each. */
  readonly logprobs?: { readonly top?: number | undefined } | undefined;
  readonly logitBias?: JsonObject | undefined;
  /** An id of the end user, for abuse detection. */
  readonly user?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly promptCacheKey?: string | undefined;
  readonly serviceTier?: string | undefined;
  /** `low`, `medium`, `high`. */
  readonly verbosity?: string | undefined;
  /** What the answer may hold besides text: `audio`, `image`. */
  readonly modalities?: readonly string[] | undefined;
  /** Asked of every stream by the gateway; whether this client wants the usage chunk too (OpenAI's chat only). */
  readonly includeUsage?: boolean | undefined;
  /** Fields of the client's body that this form has no place for, by the names that the client used. */
  readonly unmodelled: readonly string[];
}
