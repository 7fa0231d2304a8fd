import type { Socket } from 'node:net';
import { object, objects, string, type Json } from './plain/told.js';
import type { RawAnswer, RawRequest } from './raw-http.js';
import type { Dialect, Tokens, Tongue } from './tongues/tongue.js';

interface PlainMessage {
  readonly role: string;
  readonly text: string;
}

/** One call that reached a vendor. Times are `performance.now()` of the test's own process. */
export interface FaultyCall {
  readonly dialect: Dialect;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly model: string;
  readonly isStream: boolean;
  /** A vendor like OpenAI counts the tokens of a stream for those who ask for it. */
  readonly wantsUsage: boolean;
  readonly messages: readonly PlainMessage[];
  readonly receivedAt: number;
  /** Counts the vendor's connections from 1: two calls with the same number came over the same one. */
  readonly connection: number;
  /** Aborted once its connection is gone, whoever ended it. */
  readonly gone: AbortSignal;
  /** Resolves with the time at which its connection was gone. */
  readonly goneAt: Promise<number>;
  /** What the vendor has told of its tokens, or would have, had it come that far. */
  tokens: Tokens | undefined;
}

/** What a vendor has told of the tokens of a call that came so far. */
export function tokensOf({ model, tokens }: FaultyCall): Tokens {
  if (tokens === undefined) throw new Error(`${model} has not come to its tokens`);
  return tokens;
}

/** One call and the means to answer it. */
export interface Turn {
  readonly call: FaultyCall;
  readonly answer: RawAnswer;
  readonly tongue: Tongue;
  /** All that the model has to say. */
  readonly text: string;
}

/** How a vendor answers one call. What it awaits ends, at the latest, when the call's connection is gone. */
export type Behaviour = (turn: Turn) => void | Promise<void>;

/** One connection to a vendor. */
export interface Connection extends Pick<FaultyCall, 'connection' | 'gone' | 'goneAt'> {
  readonly socket: Socket;
}

export function connectionOf(socket: Socket, connection: number): Connection {
  const left = new AbortController();
  const goneAt = new Promise<number>((resolve) => {
    socket.once('close', () => {
      resolve(performance.now());
      left.abort();
    });
  });
  return { socket, connection, gone: left.signal, goneAt };
}

/** Reads a request in the dialect of its path. */
export function hear(request: RawRequest, { connection, gone, goneAt }: Connection): FaultyCall {
  const body = object(JSON.parse(request.body.toString()));
  const dialect = request.path.startsWith('/v1/messages') ? 'anthropic-messages' : 'openai-chat';
  return {
    dialect,
    headers: request.headers,
    body,
    model: string(body['model']),
    isStream: body['stream'] === true,
    wantsUsage: dialect === 'anthropic-messages' || object(body['stream_options'])['include_usage'] === true,
    messages: objects(body['messages']).map(({ role, content }) => ({ role: string(role), text: textOf(content) })),
    receivedAt: performance.now(),
    connection,
    gone,
    goneAt,
    tokens: undefined,
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objects(content)
    .map(({ text }) => string(text))
    .join('');
}
