import { setTimeout as sleep } from 'node:timers/promises';
import { chatReply, type ChatReplyParts } from './chat-wire.js';
import type { Answer, VendorCall } from './fake-vendor.js';

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };

interface JsonOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A string goes out as it is, so that a test decides every byte. */
export function json(body: object | string, { status = 200, headers = {} }: JsonOptions = {}): Answer {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export function reply(parts: ChatReplyParts = {}): Answer {
  return json(chatReply(parts));
}

export function refuse(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(
    `{"error": {"message": "the vendor says ${status}", "type": "vendor", "param": null, "code": "v${status}"}}`,
    {
      status,
      headers,
    },
  );
}

export function after(delayMs: number, answer: Answer): Answer {
  return async (call) => {
    await sleep(delayMs, undefined, { signal: call.signal });
    await answer(call);
  };
}

/**
 * How a stream stops: `end` closes it properly, `cut` drops the connection without the body's terminator, `hang` leaves
 * it open and silent.
 */
type Ending = 'end' | 'cut' | 'hang';

interface StreamOptions {
  readonly gapMs?: number;
  readonly ending?: Ending;
}

/** Sends events exactly as they are given, `gapMs` apart. */
export function stream(events: readonly string[], { gapMs = 0, ending = 'end' }: StreamOptions = {}): Answer {
  return async (call) => {
    await openStream(call);
    for (const [index, event] of events.entries()) {
      if (index > 0 && gapMs > 0) await sleep(gapMs, undefined, { signal: call.signal });
      await send(call, event);
    }
    if (ending === 'end') call.response.end();
    if (ending === 'cut') call.response.destroy();
  };
}

/** Sends the head of a stream at once, before there is any event. */
export function openStream({ response }: VendorCall): Promise<void> {
  response.writeHead(200, EVENT_STREAM);
  response.flushHeaders();
  return Promise.resolve();
}

/** Resolves once the bytes are with the operating system, so that a cut cannot swallow them. */
export function send({ response }: VendorCall, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** A JSON reply byte by byte. */
export function dribble(body: string, gapMs: number): Answer {
  return async (call) => {
    call.response.writeHead(200, { 'content-type': 'application/json' });
    for (const byte of Buffer.from(body)) {
      await send(call, Buffer.of(byte));
      await sleep(gapMs, undefined, { signal: call.signal });
    }
    call.response.end();
  };
}

export const silent: Answer = () => undefined;

/** A TCP reset before any byte of an answer. */
export const reset: Answer = ({ socket }) => void socket.resetAndDestroy();

/** An orderly close before any byte of an answer. */
export const hangUp: Answer = ({ socket }) => void socket.destroy();

export const malformedHttp: Answer = ({ socket }) => void socket.end('HTTP/1.1 banana\r\n: nonsense\r\n\r\n');

/** A JSON reply whose connection drops before the length that its head promises. */
export const cutReply: Answer = async (call) => {
  call.response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  await send(call, '{"id":"chatcmpl-cut","object":"chat.comp');
  call.response.destroy();
};
