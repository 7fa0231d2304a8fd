import type { TokenUsage } from './token-usage.js';

/** What the account needs to know of an answer. */
export interface ReplyFacts {
  /** The vendor's exact model name, such as `gpt-4o-2024-08-06`. */
  readonly model: string | undefined;
  readonly usage: TokenUsage | undefined;
  /** In the vendor's own word. */
  readonly finishReason: string | undefined;
  /** What the model wrote, tool arguments and reasoning included: what tokens are counted from without `usage`. */
  written(): WrittenText;
}

export interface WrittenText {
  /** All of it, or the beginning of a very long one. */
  readonly text: string;
  /** Of the whole, in characters. */
  readonly length: number;
}

export function wholeText(text: string): WrittenText {
  return { text, length: text.length };
}
