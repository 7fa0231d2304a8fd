import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventOutlet } from './event-outlet.js';

const PING = ': keep-alive\n\n';
const NONE = new AbortController().signal;

/** A client's connection that remembers what it was sent. */
class Connection extends PassThrough {
  status: number | undefined;
  readonly sent: string[] = [];

  constructor() {
    super();
    this.on('data', (bytes: Buffer) => this.sent.push(bytes.toString()));
  }

  setHeader(): void {}

  writeHead(status: number): void {
    this.status = status;
  }
}

function outletOf(connection: Connection): EventOutlet {
  const reply = { raw: connection, headers: () => reply, getHeaders: () => ({}), hijack: () => {} };
  return new EventOutlet(reply as unknown as FastifyReply, NONE, PING);
}

describe('EventOutlet', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('opens the stream and says something every 15 s while no vendor has answered', async () => {
    const connection = new Connection();
    const outlet = outletOf(connection);
    outlet.watch();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(outlet.isOpen).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(outlet.isOpen).toBe(true);
    expect(connection.status).toBe(200);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(connection.sent).toEqual([PING, PING, PING]);
    outlet.stop();
  });

  it('counts the 15 s anew from each event', async () => {
    const connection = new Connection();
    const outlet = outletOf(connection);
    outlet.watch();
    outlet.open();
    await vi.advanceTimersByTimeAsync(10_000);
    await outlet.write(Buffer.from('data: 1\n\n'));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(connection.sent).toEqual(['data: 1\n\n']);
    await vi.advanceTimersByTimeAsync(1);
    expect(connection.sent).toEqual(['data: 1\n\n', PING]);
    outlet.stop();
  });

  it('is silent after the end', async () => {
    const connection = new Connection();
    const outlet = outletOf(connection);
    outlet.watch();
    outlet.open();
    outlet.end('data: [DONE]\n\n');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.sent).toEqual(['data: [DONE]\n\n']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends nothing more to a client that does not read', async () => {
    const connection = new Connection();
    connection.pause();
    connection.removeAllListeners('data');
    const outlet = outletOf(connection);
    outlet.watch();
    outlet.open();
    const writes = vi.spyOn(connection, 'write');
    const writing = outlet.write(Buffer.alloc(1024 * 1024));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(writes).toHaveBeenCalledTimes(1);
    connection.resume();
    await writing;
    outlet.stop();
  });
});
