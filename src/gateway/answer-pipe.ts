import type { ReplyFacts } from '../dialects/reply-facts.js';
import type { TokenUsage } from '../dialects/token-usage.js';
import { UpstreamError, type VendorError } from '../errors/upstream-error.js';

/** Turns a vendor's bytes into those of one client, event by event, and watches what they tell. */
export interface AnswerPipe {
  /**
   * @returns what the client gets for these bytes, possibly nothing
   * @throws UpstreamError `invalid_reply` for bytes that no event can be cut from
   */
  push(chunk: Buffer): Buffer;
  /** The vendor has closed its stream properly. */
  close(): Buffer;
  /**
   * What comes before the gateway's closing comment and what comes after it, once the answer is whole.
   * @param total what all calls used together, of an answer that several vendors have written
   */
  ending(total: TokenUsage | undefined): { readonly closing: string; readonly terminal: string };
  /** Forgets what is kept for another vendor to go on with. */
  release(): void;
  readonly facts: ReplyFacts;
  /** Whether the client has something of the answer: from here on another target can only go on with it. */
  readonly hasBegun: boolean;
  /** Whether the model is at work, even if none of it is for the client. */
  readonly isWorking: boolean;
  /** Whether it thinks now, and shows nothing of that. */
  readonly isThinking: boolean;
  /** Whether the model wrote anything that the client can see. */
  readonly hasText: boolean;
  /** Whether the vendor's terminal event was seen. */
  readonly hasEnded: boolean;
  /** How many of the answers have come to their end. */
  readonly finishedChoices: number;
  /** What the vendor reported, or what was wrong with its events. Nothing after it counts. */
  readonly failure: UpstreamError | undefined;
  /** Events that the client was sent, comments left out. */
  readonly eventsSent: number;
  /** Whether bytes of an event have come and its end has not. */
  readonly holdsPart: boolean;
  /** What of the answer the client's dialect cannot say. */
  readonly dropped: readonly string[];
}

/** An error that a vendor put into a stream is taken like the same error before it. */
export function reportedError(reported: VendorError): UpstreamError {
  const status = reported.status !== undefined && reported.status >= 400 ? reported.status : 502;
  return new UpstreamError(
    { reason: 'status', status, body: Buffer.alloc(0), reported },
    'the provider reported an error in its stream',
  );
}

export function malformedEvent(): UpstreamError {
  return new UpstreamError({ reason: 'invalid_reply' }, 'the provider sent an event that is not of its dialect');
}

/** The terminal event came, and no finish reason before it. */
export function unfinished(): UpstreamError {
  return new UpstreamError({ reason: 'network' }, 'the stream ended without a finish reason');
}
