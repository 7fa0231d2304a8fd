import type { Conversation, Effort } from '../conversation.js';

/** What Anthropic's API takes from one family of models and refuses with a 400 from another. */
export interface ModelTraits {
  /** The most that `max_tokens` may be. */
  readonly maxOutputTokens: number;
  /** `budget`: a number of tokens; `adaptive`: an effort; `either`; `none`: the model does not think. */
  readonly thinking: 'none' | 'budget' | 'either' | 'adaptive';
  readonly canStopThinking: boolean;
  /** What `output_config.effort` may be. */
  readonly efforts: readonly Effort[];
  /** Whether `temperature`, `top_p` and `top_k` may be set, `temperature` and `top_p` at once, or none of them. */
  readonly sampling: 'free' | 'exclusive' | 'none';
  readonly forcedToolChoice: boolean;
  /** `output_config.format` and `strict` tools. */
  readonly structuredOutput: boolean;
  /** A message of role `system` may stand after a user's. */
  readonly laterSystemMessages: boolean;
  /** Goes on with an assistant's message at the end. */
  readonly prefill: boolean;
}

const current: ModelTraits = {
  maxOutputTokens: 128_000,
  thinking: 'adaptive',
  canStopThinking: true,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  sampling: 'none',
  forcedToolChoice: true,
  structuredOutput: true,
  laterSystemMessages: true,
  prefill: false,
};

const claude4: ModelTraits = {
  maxOutputTokens: 64_000,
  thinking: 'budget',
  canStopThinking: true,
  efforts: [],
  sampling: 'free',
  forcedToolChoice: true,
  structuredOutput: false,
  laterSystemMessages: false,
  prefill: true,
};

const claude3: ModelTraits = { ...claude4, maxOutputTokens: 4_096, thinking: 'none' };

/** A model of another maker behind this API: few refuse so small an answer. */
const stranger: ModelTraits = { ...claude4, maxOutputTokens: 8_192, prefill: false };

/**
 * The first row that matches counts. A name without a row is a Claude newer than this table.
 * @see https://platform.claude.com/docs/en/about-claude/models/overview, and the catalogue of `@ai-sdk/anthropic`
 */
const rows: readonly (readonly [name: RegExp, traits: ModelTraits])[] = [
  [/sonnet-5-5|opus-5-5|(?:fable|mythos)-5-[12]\b/, { ...current, canStopThinking: false, forcedToolChoice: false }],
  [/fable|mythos/, { ...current, canStopThinking: false }],
  [/opus-4-7/, { ...current, laterSystemMessages: false }],
  [
    /(?:sonnet|opus)-4-6/,
    {
      ...current,
      thinking: 'either',
      efforts: ['low', 'medium', 'high', 'max'],
      sampling: 'exclusive',
      laterSystemMessages: false,
    },
  ],
  [/(?:sonnet|opus|haiku)-4-5/, { ...claude4, sampling: 'exclusive', structuredOutput: true }],
  [/opus-4-1/, { ...claude4, maxOutputTokens: 32_000, sampling: 'exclusive', structuredOutput: true }],
  [/sonnet-4(?!-[1-9]\b)/, claude4],
  [/opus-4(?!-[2-9]\b)/, { ...claude4, maxOutputTokens: 32_000 }],
  [/claude-3-7/, claude4],
  [/claude-3-5/, { ...claude3, maxOutputTokens: 8_192 }],
  [/claude-(?:3|2|v2|instant)\b/, claude3],
  [/claude/, current],
];

/** @param model in Anthropic's, Bedrock's, Vertex's or OpenRouter's way of writing it */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase().replaceAll('.', '-');
  return rows.find(([pattern]) => pattern.test(name))?.[1] ?? stranger;
}

/** The most that a model may be asked to write, in tokens: what `max_tokens` is where a client sets none. */
export function maxOutputTokens(model: string): number {
  return traitsOf(model).maxOutputTokens;
}

/** A Claude that thinks refuses a prefill, whichever it is. */
export function takesPrefill({ reasoning }: Conversation, model: string): boolean {
  return reasoning === undefined && traitsOf(model).prefill;
}
