import type { VendorError } from '../errors/upstream-error.js';
import type { AssistantPart, Citation, MediaPart, NativePart, Signature, TokenLogprob } from './conversation.js';
import type { TokenUsage } from './token-usage.js';

export type { VendorError };

/**
 * Why an answer ended. `pause`: the vendor's own tool loop wants to be called again; `context-window`: the prompt and
 * the answer have filled it; `other`: a reason with no counterpart, in the vendor's words in `native`.
 */
export type FinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'pause'
  | 'context-window'
  | 'other';

export interface Finish {
  readonly reason: FinishReason;
  /** The stop sequence that was met. */
  readonly stopSequence?: string | undefined;
  /** The vendor's own word. */
  readonly native: string;
}

export interface Choice {
  readonly index: number;
  readonly parts: readonly AssistantPart[];
  /** `undefined` for an answer that is not whole. */
  readonly finish: Finish | undefined;
}

/** A vendor's whole answer. */
export interface Reply {
  readonly id?: string | undefined;
  /** The vendor's exact name for the model. */
  readonly model?: string | undefined;
  /** Seconds since the epoch. */
  readonly createdAt?: number | undefined;
  readonly choices: readonly Choice[];
  readonly usage?: TokenUsage | undefined;
}

/**
 * One thing that a stream tells. `choice` counts the answers from 0; `part` counts the parts of one answer from 0 and
 * is the same for all events of a part. Texts and arguments come in pieces; everything else comes whole.
 */
export type StreamEvent =
  | {
      readonly type: 'start';
      readonly id?: string | undefined;
      readonly model?: string | undefined;
      readonly createdAt?: number | undefined;
    }
  | (At & {
      readonly type: 'text';
      readonly text: string;
      readonly logprobs?: readonly TokenLogprob[] | undefined;
    })
  | (At & { readonly type: 'refusal'; readonly text: string })
  | (At & { readonly type: 'reasoning'; readonly text: string })
  /** Belongs to the part it names: a reasoning, a text or a tool call. */
  | (At & { readonly type: 'signature'; readonly signature: Signature })
  | (At & { readonly type: 'citation'; readonly citation: Citation })
  /** Begins a tool call. */
  | (At & {
      readonly type: 'tool-call';
      readonly id: string;
      readonly name: string;
      readonly custom?: true | undefined;
    })
  | (At & { readonly type: 'arguments'; readonly text: string })
  | (At & { readonly type: 'media'; readonly media: MediaPart })
  | (At & { readonly type: 'native'; readonly native: NativePart })
  /** No more of this part. A part without one ends when the next begins, or with the answer. */
  | (At & { readonly type: 'part-end' })
  | { readonly type: 'finish'; readonly choice: number; readonly finish: Finish }
  /** The last one counts: some vendors report running totals. */
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | { readonly type: 'error'; readonly error: VendorError }
  /** The vendor's own end of the stream: the answer is whole. */
  | { readonly type: 'done' };

interface At {
  readonly choice: number;
  readonly part: number;
}

/** An event of one part of an answer. */
export type PartEvent = Extract<StreamEvent, At>;

/** What such an event says; which part of which answer it belongs to is added. */
export type PartSaying = PartEvent extends infer Event
  ? Event extends PartEvent
    ? Omit<Event, keyof At>
    : never
  : never;
