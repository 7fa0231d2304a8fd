import type { GatewayError } from '../errors/gateway-error.js';
import type { Conversation, DialectName, JsonObject } from './conversation.js';
import type { Losses } from './losses.js';
import type { ReplyFacts } from './reply-facts.js';
import type { Reply, StreamEvent, VendorError } from './reply.js';

/** What an encoder of answers needs to know besides the answer. */
export interface ReplyContext {
  /** The gateway's id of the request, for a vendor that gives its answers none. */
  readonly requestId: string;
  /** The vendor's name for the model, where the answer does not say it. */
  readonly model: string;
  /** What was asked; some dialects repeat parts of it in the answer. */
  readonly conversation: Conversation;
  /** Seconds since the epoch, where the answer does not say it. */
  readonly createdAt: number;
  /** Collects what of the answer this dialect cannot say. */
  readonly losses: Losses;
}

/** What an error's text is made from besides the error. */
export interface ErrorContext {
  readonly requestId: string;
  /** The name that the answer so far went under; only streams have one. */
  readonly model?: string | undefined;
  /** What the vendor said of the failure, where that is for the caller: its message goes out word for word. */
  readonly vendor?: VendorError | undefined;
  /** Events that the client was sent before, for a dialect that numbers them. */
  readonly eventsSent?: number | undefined;
}

/** The language of a client. Pure: no I/O, no clock. */
export interface ClientDialect {
  readonly name: DialectName;
  /**
   * @param body the client's JSON body
   * @throws GatewayError `invalid_request` whose `param` is the path of the field at fault in the client's own names
   */
  decodeRequest(body: JsonObject, asked: { readonly model: string; readonly stream: boolean }): Conversation;
  encodeReply(reply: Reply, context: ReplyContext): JsonObject;
  streamEncoder(context: ReplyContext): StreamEncoder;
  /** The JSON body of a failure. */
  errorBody(error: GatewayError, context: ErrorContext): JsonObject;
  /** The event that ends a broken stream: no terminal event follows it. */
  errorEvent(error: GatewayError, context: ErrorContext): string;
  /** Sent while a vendor is silent. */
  readonly keepAlive: string;
}

/** Writes one stream in a client's language. It is given events in order, each part's together (see `Sequencer`). */
export interface StreamEncoder {
  /** The client's events for this one, as server-sent events; empty where there is nothing to say yet. */
  write(event: StreamEvent): string;
  /**
   * Ends a whole answer.
   * @returns `closing`: what has to come before the terminal event; `terminal`: the event that says that all is there,
   * empty where the dialect has none
   */
  end(): { readonly closing: string; readonly terminal: string };
  /**
   * Has what is written from here on fit to a stream of which the client got the beginning from its vendor, and whose
   * events the encoder was given too. Left out where nothing in a later event depends on the earlier ones' bytes.
   * @param sent what the client got
   */
  adopt?(sent: Buffer): void;
}

/** What an encoder of requests needs to know besides the conversation. */
export interface RequestContext {
  /** The vendor's name for the model. */
  readonly model: string;
  /** Collects what of the conversation this dialect cannot say. */
  readonly losses: Losses;
  /** What this vendor takes beyond its dialect's own form: see `ChatExtension`. */
  readonly extensions?: readonly string[] | undefined;
}

/** The language of a vendor. Pure: no I/O, no clock. */
export interface VendorDialect {
  readonly name: DialectName;
  /** The vendor's JSON body. It never shares objects with the conversation that it might change. */
  encodeRequest(conversation: Conversation, context: RequestContext): JsonObject;
  /** @throws UpstreamError `invalid_reply` when the body is not an answer of this dialect */
  decodeReply(body: unknown, unknown?: UnknownFields): Reply;
  streamDecoder(unknown?: UnknownFields): StreamDecoder;
  /** @returns `undefined` when the body says nothing that can be read */
  readError(body: unknown): VendorError | undefined;
  /** Whether the model goes on with an assistant's message at the end, rather than refuse it or write a new one. */
  takesPrefill?(conversation: Conversation, model: string): boolean;
}

/** Reads one stream of a vendor's, however its bytes were cut. */
export interface StreamDecoder {
  /**
   * @returns what the bytes told; an `error` event where the vendor reports one
   * @throws UpstreamError `invalid_reply` for an event that is not of this dialect
   */
  push(chunk: Buffer): readonly StreamEvent[];
  /** The vendor has closed the stream properly. */
  end(): readonly StreamEvent[];
  /** Whether the model is known to be at work, though it shows nothing of it yet: it thinks, and keeps that to itself. */
  readonly isWorking?: boolean;
  /** Whether it does so now. */
  readonly isThinking?: boolean;
}

/** Paths in a vendor's answer that its decoder has no meaning for. The recordings' tests ask for none. */
export type UnknownFields = Set<string>;

/**
 * What one event of a stream is that goes through as bytes: `quiet` nothing of the answer (comments, keep-alives);
 * `chunk` part of the answer; `usage` holds only token counts that the gateway, not the client, asked for; `done` the
 * terminal event; `error` the vendor's own error; `malformed` not of the dialect.
 */
export type EventKind = 'quiet' | 'chunk' | 'usage' | 'done' | 'error' | 'malformed';

/** Looks at a stream that goes to the client as bytes, and parses no more of it than the account needs. */
export interface StreamWatch extends ReplyFacts {
  /** @param event the bytes of one event, as `SseSplitter` cuts them */
  read(event: Buffer): EventKind;
  /** Whether the answer has begun: its first token has come, or a sign that the model is at work. A head alone is neither. */
  readonly hasBegun: boolean;
  /** Whether the model is in the middle of reasoning of which nothing need be shown. */
  readonly isThinking?: boolean;
  /** Whether any part of the answer has come yet. */
  readonly hasText: boolean;
  /** How many of the answers have come to their end. */
  readonly finishedChoices: number;
  /** Once an event of kind `error` was read. */
  readonly error: VendorError | undefined;
}

/** What the gateway does to a body, and reads of an answer, when client and vendor speak the same dialect. */
export interface Passthrough {
  /**
   * The client's body with the vendor's model name, every other byte as it was.
   * @param options.askForUsage the stream must report usage, asked for by the client or not
   */
  toUpstreamBody(body: Buffer, options: { readonly model: string; readonly askForUsage: boolean }): Buffer;
  /** @throws UpstreamError `invalid_reply` when the bytes are not an answer of this dialect */
  readReply(bytes: Buffer): ReplyFacts;
  streamWatch(): StreamWatch;
  /**
   * A whole answer, or the first event of a stream, under another model's name; for clients that insist on the name they
   * asked for. Left out where there are none.
   */
  readonly withReplyModel?: (bytes: Buffer, model: string) => Buffer;
  /** Ends a whole answer whose vendor closed without a terminal event; empty where the dialect has none. */
  readonly terminal: string;
}
