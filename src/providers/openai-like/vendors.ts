import type { ChatExtension } from '../../dialects/openai-chat/openai-chat.extensions.js';
import type { ChatQuirks } from '../chat-quirks.js';

/** A vendor that speaks OpenAI's chat dialect at an address of its own. */
export interface OpenAiLikeVendor {
  readonly type: string;
  /** Left out where only the settings know it. */
  readonly baseUrl?: string;
  /** The base URL is this machine's, and needs no leave to be. */
  readonly isLocal?: true;
  readonly apiKeyVariable?: string;
  /** It answers without a key, too. */
  readonly keyIsOptional?: true;
  /** In @pydantic/genai-prices. */
  readonly priceId?: string;
  readonly embeds?: true;
  /** It does not list its models at `/models`. */
  readonly listsNothing?: true;
  /** Its streams report usage, asked to or not. */
  readonly alwaysReportsUsage?: true;
  /** Its models go on with an assistant's message at the end. */
  readonly takesPrefill?: true;
  /** What it takes beyond OpenAI's own form, when a request is translated for it. */
  readonly extensions?: readonly ChatExtension[];
  readonly quirks?: ChatQuirks;
  readonly embeddingQuirks?: ChatQuirks;
}

/**
 * Message fields of OpenAI's own answers, which clients send back as they came. Strict vendors refuse them ("property
 * 'reasoning_content' is unsupported").
 */
const ANSWER_FIELDS = { refusal: 'refusal', annotations: 'citations', audio: 'audio', reasoning_content: 'reasoning' };

/** @see https://docs.mistral.ai/api: a field that is not there is refused with 422, `extra_forbidden` */
const mistral: ChatQuirks = {
  refuses: [
    'user',
    'logprobs',
    'top_logprobs',
    'logit_bias',
    'metadata',
    'store',
    'service_tier',
    'prompt_cache_key',
    'safety_identifier',
    'verbosity',
    'modalities',
    'audio',
    'web_search_options',
  ],
  needsNo: ['stream_options'],
  renames: { max_completion_tokens: 'max_tokens', seed: 'random_seed' },
  messages: {
    refuses: { ...ANSWER_FIELDS, name: 'message_name' },
    roles: { developer: 'system' },
    // "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9."
    callIds: { allowed: /^[a-zA-Z0-9]{9}$/, length: 9 },
  },
};

/** @see https://console.groq.com/docs/openai, "Currently unsupported OpenAI features" */
const groq: ChatQuirks = {
  refuses: ['logprobs', 'top_logprobs', 'logit_bias'],
  refusesUnless: { n: '1' },
  messages: { refuses: { ...ANSWER_FIELDS, name: 'message_name' } },
};

/** @see https://api-docs.deepseek.com/api/create-chat-completion: it knows neither that role nor that name */
const deepseek: ChatQuirks = {
  renames: { max_completion_tokens: 'max_tokens' },
  messages: { roles: { developer: 'system' } },
};

/**
 * @see https://inference-docs.cerebras.ai/resources/openai: 400 for the penalties and `logit_bias`, and the developer
 * role is not exposed
 */
const cerebras: ChatQuirks = {
  refuses: ['frequency_penalty', 'presence_penalty', 'logit_bias'],
  messages: { refuses: { reasoning_content: 'reasoning' }, roles: { developer: 'system' } },
};

/** @see https://docs.perplexity.ai/api-reference/chat-completions-post: its models call no tools */
const perplexity: ChatQuirks = {
  refuses: ['tools', 'tool_choice', 'parallel_tool_calls'],
  renames: { max_completion_tokens: 'max_tokens' },
  messages: { roles: { developer: 'system' } },
};

/** @see https://docs.cohere.com/docs/compatibility-api, "Unsupported parameters" */
const cohere: ChatQuirks = {
  refuses: [
    'store',
    'metadata',
    'logit_bias',
    'top_logprobs',
    'n',
    'modalities',
    'prediction',
    'audio',
    'service_tier',
    'parallel_tool_calls',
  ],
  renames: { max_completion_tokens: 'max_tokens' },
};

/** One line for each vendor that has no more of its own than an address and habits. */
export const openAiLikeVendors: readonly OpenAiLikeVendor[] = [
  {
    type: 'mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    apiKeyVariable: 'MISTRAL_API_KEY',
    priceId: 'mistral',
    embeds: true,
    alwaysReportsUsage: true,
    quirks: mistral,
    // https://docs.mistral.ai/api/endpoint/embeddings
    embeddingQuirks: { refuses: ['user'], renames: { dimensions: 'output_dimension' } },
  },
  {
    type: 'groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    apiKeyVariable: 'GROQ_API_KEY',
    priceId: 'groq',
    // In `x_groq` of the last chunk.
    alwaysReportsUsage: true,
    // https://console.groq.com/docs/prefilling
    takesPrefill: true,
    quirks: groq,
  },
  {
    type: 'deepseek',
    baseUrl: 'https://api.deepseek.com',
    apiKeyVariable: 'DEEPSEEK_API_KEY',
    priceId: 'deepseek',
    quirks: deepseek,
  },
  { type: 'xai', baseUrl: 'https://api.x.ai/v1', apiKeyVariable: 'XAI_API_KEY', priceId: 'x-ai' },
  {
    type: 'openrouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyVariable: 'OPENROUTER_API_KEY',
    priceId: 'openrouter',
    // https://openrouter.ai/docs/api-reference/parameters
    extensions: ['cache_control', 'reasoning_details', 'top_k', 'video_url', 'file_url', 'modalities'],
    embeds: true,
  },
  {
    type: 'together',
    baseUrl: 'https://api.together.xyz/v1',
    apiKeyVariable: 'TOGETHER_API_KEY',
    priceId: 'together',
    extensions: ['top_k'],
    embeds: true,
  },
  {
    type: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    apiKeyVariable: 'FIREWORKS_API_KEY',
    priceId: 'fireworks',
    extensions: ['top_k'],
    embeds: true,
  },
  {
    type: 'cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    apiKeyVariable: 'CEREBRAS_API_KEY',
    priceId: 'cerebras',
    quirks: cerebras,
  },
  {
    type: 'perplexity',
    baseUrl: 'https://api.perplexity.ai',
    apiKeyVariable: 'PERPLEXITY_API_KEY',
    priceId: 'perplexity',
    listsNothing: true,
    quirks: perplexity,
  },
  {
    type: 'cohere',
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    apiKeyVariable: 'COHERE_API_KEY',
    priceId: 'cohere',
    embeds: true,
    listsNothing: true,
    quirks: cohere,
    // As above, "Embeddings".
    embeddingQuirks: { refuses: ['dimensions', 'user'] },
  },
  {
    type: 'ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    isLocal: true,
    apiKeyVariable: 'OLLAMA_API_KEY',
    keyIsOptional: true,
    embeds: true,
  },
  {
    type: 'vllm',
    baseUrl: 'http://127.0.0.1:8000/v1',
    isLocal: true,
    apiKeyVariable: 'VLLM_API_KEY',
    keyIsOptional: true,
    // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
    extensions: ['top_k', 'video_url'],
    embeds: true,
  },
  // LM Studio, llama.cpp, a proxy, a vendor that has no line here.
  { type: 'openai-compatible', keyIsOptional: true, embeds: true },
];
