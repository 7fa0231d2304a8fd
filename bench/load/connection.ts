import net from 'node:net';
import { ResponseReader } from './response-reader.ts';

/** Times of one answer, in milliseconds since the request was written. */
export interface Answer {
  readonly status: number;
  readonly events: number;
  readonly latencyMs: number;
  readonly firstEventMs: number | undefined;
  readonly gapsMs: readonly number[];
}

export function chatRequest(port: number, body: string): Buffer {
  const content = Buffer.from(body);
  const head =
    `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
    `authorization: Bearer sk-bench\r\naccept: */*\r\ncontent-length: ${content.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content]);
}

/** One keep-alive connection, one request at a time. */
export class Connection {
  eventsSeen = 0;
  private readonly socket: net.Socket;
  private readonly onAnswer: (answer: Answer) => void;
  private reader = new ResponseReader();
  private sentAt = 0;
  private firstEventMs: number | undefined;
  private lastEventAt = 0;
  private gapsMs: number[] = [];

  constructor(port: number, onAnswer: (answer: Answer) => void, onBroken: (reason: string) => void) {
    this.onAnswer = onAnswer;
    this.socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    this.socket.on('data', (chunk: Buffer) => this.receive(chunk));
    this.socket.on('error', (error) => onBroken(error.message));
    this.socket.on('end', () => onBroken('the server closed the connection'));
  }

  send(request: Buffer): void {
    this.reader = new ResponseReader();
    this.firstEventMs = undefined;
    this.gapsMs = [];
    this.sentAt = performance.now();
    this.socket.write(request);
  }

  close(): void {
    this.socket.removeAllListeners('end').destroy();
  }

  private receive(chunk: Buffer): void {
    const now = performance.now();
    const { reader } = this;
    const eventsBefore = reader.events;
    reader.push(chunk);
    if (reader.events > eventsBefore) this.noteEvents(reader.events - eventsBefore, now);
    if (!reader.complete) return;
    this.onAnswer({
      status: reader.status,
      events: reader.events,
      latencyMs: now - this.sentAt,
      firstEventMs: this.firstEventMs,
      gapsMs: this.gapsMs,
    });
  }

  private noteEvents(count: number, now: number): void {
    this.eventsSeen += count;
    if (this.firstEventMs === undefined) this.firstEventMs = now - this.sentAt;
    else this.gapsMs.push(now - this.lastEventAt);
    // Events that arrive together have no time between them.
    for (let event = 1; event < count; event++) this.gapsMs.push(0);
    this.lastEventAt = now;
  }
}
