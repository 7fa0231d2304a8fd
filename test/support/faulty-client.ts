import { chunksOf, gatewayComment } from './event-stream.js';
import { readPlainly, type Told } from './plain-reading.js';
import { object, objects, string, type Json } from './plain/told.js';
import type { Dialect } from './tongues/tongue.js';

export type Mode = 'JSON' | 'stream';

export interface Question {
  readonly client: Dialect;
  readonly mode: Mode;
  readonly model: string;
  /** More fields of the body. */
  readonly extra?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a client has in its hands once an answer is over. */
export interface Received {
  readonly client: Dialect;
  readonly mode: Mode;
  readonly status: number;
  readonly headers: Headers;
  readonly raw: string;
  /** The one body, or the data of each event. */
  readonly payloads: readonly Json[];
  readonly told: Told;
  readonly tookMs: number;
}

const PATHS: Readonly<Record<Dialect, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
};
/** How the text of a whole stream ends. */
const ENDINGS: Readonly<Record<Dialect, RegExp>> = {
  'openai-chat': /\ndata: \[DONE\]\n\n$/,
  'anthropic-messages': /\nevent: message_stop\ndata: [^\n]*\n\n$/,
};
export const QUESTION = 'Tell me about the river.';
const MESSAGES = [{ role: 'user', content: QUESTION }];
const BODIES: Readonly<Record<Dialect, (stream: boolean) => object>> = {
  'openai-chat': (stream) => ({
    messages: MESSAGES,
    ...(stream && { stream, stream_options: { include_usage: true } }),
  }),
  'anthropic-messages': (stream) => ({ messages: MESSAGES, max_tokens: 1000, ...(stream && { stream }) }),
};

/** Asks once and reads to the end, as `curl` would. */
export async function asks(url: string, { client, mode, model, extra, headers }: Question): Promise<Received> {
  const startedAt = performance.now();
  const response = await fetch(`${url}${PATHS[client]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
    body: JSON.stringify({ model, ...BODIES[client](mode === 'stream'), ...extra }),
  });
  const raw = await response.text();
  const tookMs = performance.now() - startedAt;
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const payloads = isStream ? chunksOf(raw).map(object) : [object(JSON.parse(raw))];
  const told = readPlainly(client, payloads);
  return { client, mode, status: response.status, headers: response.headers, raw, payloads, told, tookMs };
}

/** What a client makes of an answer. */
export interface Story {
  readonly status: number;
  readonly text: string;
  readonly ids: number;
  readonly finishes: number;
  /** `whole`: the terminal event is there once and last. `broken`: an error is, and no terminal event. */
  readonly close: 'whole' | 'broken' | 'neither';
}

export function storyOf(received: Received): Story {
  const { status, payloads, told } = received;
  return {
    status,
    text: told.text,
    ids: new Set(idsIn(payloads)).size,
    finishes: finishesIn(payloads).length,
    close: isWhole(received) ? 'whole' : isBroken(received) ? 'broken' : 'neither',
  };
}

/** The story of an answer that has all it should have, and once. */
export function whole(text: string): Story {
  return { status: 200, text, ids: 1, finishes: 1, close: 'whole' };
}

function isWhole({ client, mode, raw, payloads, told }: Received): boolean {
  if (errorsIn(payloads).length > 0) return false;
  if (mode === 'JSON') return told.ending !== undefined;
  const terminals = raw.match(/^data: ?(?:\[DONE\]|\{"type": ?"message_stop".*)$/gm) ?? [];
  return terminals.length === 1 && ENDINGS[client].test(raw) && isInOrder(client, payloads);
}

function isBroken({ client, mode, raw, payloads }: Received): boolean {
  if (errorsIn(payloads).length !== 1 || errorsIn(payloads.slice(-1)).length !== 1) return false;
  if (mode === 'JSON' || client === 'openai-chat') return !raw.includes('[DONE]');
  return !raw.includes('message_stop') && /\nevent: error\ndata: [^\n]+\n\n$/.test(raw);
}

/** What the stream says of itself. */
export function commentOf({ raw }: Received): Json {
  return object(gatewayComment(raw));
}

export function errorMessageOf({ payloads }: Received): string {
  return string(object(payloads.at(-1)?.['error'])['message']);
}

function errorsIn(payloads: readonly Json[]): unknown[] {
  return payloads.flatMap(({ error }) => (error === undefined ? [] : [error]));
}

function idsIn(payloads: readonly Json[]): unknown[] {
  return payloads.flatMap(({ id, type, message }) => {
    if (type === undefined || type === 'message') return [id];
    return type === 'message_start' ? [object(message)['id']] : [];
  });
}

function finishesIn(payloads: readonly Json[]): unknown[] {
  const reasons = payloads.flatMap(({ choices, delta, stop_reason: reason }) => [
    ...objects(choices).map(({ finish_reason: reason }) => reason),
    object(delta)['stop_reason'],
    reason,
  ]);
  return reasons.filter((reason) => typeof reason === 'string');
}

/** SDKs put an answer together by these events, and throw where their order is another. A text is one block. */
function isInOrder(client: Dialect, payloads: readonly Json[]): boolean {
  if (client === 'openai-chat') return true;
  const order = payloads.map(({ type }) => type).filter((type) => type !== 'ping' && type !== 'content_block_delta');
  const texts = payloads.filter(({ content_block: block }) => object(block)['type'] === 'text');
  return texts.length <= 1 && IN_ORDER.test(order.join(' '));
}

const IN_ORDER = /^message_start(?: content_block_start content_block_stop)+ message_delta message_stop$/;
