import { Refusal } from '../voices/script.js';

/** The dialects that faults are tested in, on either side of the gateway. */
export type Dialect = 'openai-chat' | 'anthropic-messages';

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** What a vendor is about to say. */
export interface Saying {
  readonly id: string;
  readonly model: string;
  /** Of the text or, where a tool is called, of the call's arguments. */
  readonly pieces: readonly string[];
  readonly tool: string | undefined;
  /** `undefined` where the vendor reports none. */
  readonly tokens: Tokens | undefined;
}

/** How a vendor writes it. */
export interface Tongue {
  readonly reply: (saying: Saying) => object;
  /** The stream's first events, which hold no word of the answer. */
  readonly opening: (saying: Saying) => string;
  /** One text for each piece. */
  readonly pieces: (saying: Saying) => readonly string[];
  /** All that comes after the last piece, but for the terminal event. */
  readonly closing: (saying: Saying) => string;
  readonly terminal: string;
  /** An event in the middle of a stream that says that the vendor has failed. */
  readonly failure: string;
  /** An event whose JSON breaks off after the word that it is given. */
  readonly malformed: (word: string) => string;
  readonly error: (status: number, message: string) => object;
  readonly overflow: { readonly message: string; readonly body: object };
  readonly contentFilter: { readonly message: string; readonly body: object };
  readonly prefillRefusal: object;
}

/** Anthropic's own words for its models from Claude 4.6 on; resellers pass them on in OpenAI's form. */
export const PREFILL_REFUSAL = new Refusal(
  'This model does not support assistant message prefill. The conversation must end with a user message.',
);
