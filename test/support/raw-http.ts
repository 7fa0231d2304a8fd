import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** A request as it came off a socket. Names of headers are in lower case. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const HEAD_END = '\r\n\r\n';

/** Cuts what comes over one connection into requests. A body needs a `content-length`. */
export class RequestCutter {
  private pending: Buffer = Buffer.alloc(0);

  /** @returns the requests that are whole now */
  push(bytes: Buffer): RawRequest[] {
    this.pending = Buffer.concat([this.pending, bytes]);
    const requests: RawRequest[] = [];
    for (let request = this.take(); request !== undefined; request = this.take()) requests.push(request);
    return requests;
  }

  private take(): RawRequest | undefined {
    const end = this.pending.indexOf(HEAD_END);
    if (end === -1) return undefined;
    const [line = '', ...fields] = this.pending.toString('latin1', 0, end).split('\r\n');
    const headers = Object.fromEntries(fields.map(nameAndValue));
    const start = end + HEAD_END.length;
    const stop = start + Number(headers['content-length'] ?? 0);
    if (this.pending.length < stop) return undefined;
    const body = this.pending.subarray(start, stop);
    this.pending = this.pending.subarray(stop);
    const [method = '', path = ''] = line.split(' ');
    return { method, path, headers, body };
  }
}

function nameAndValue(field: string): [name: string, value: string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}

/** One answer on a raw socket, in pieces of any size, and broken off in any way. */
export class RawAnswer {
  constructor(private readonly socket: Socket) {}

  /** Whether nothing more can be sent. */
  get isOver(): boolean {
    return this.socket.destroyed || this.socket.writableEnded;
  }

  whole(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.write(head(status, { ...json(Buffer.byteLength(body)), ...headers }) + body);
  }

  /** The head of a JSON body that is yet to come. */
  openJson(length: number): Promise<void> {
    return this.write(head(200, json(length)));
  }

  openStream(): Promise<void> {
    return this.write(
      head(200, { 'content-type': 'text/event-stream; charset=utf-8', 'transfer-encoding': 'chunked' }),
    );
  }

  chunk(text: string | Buffer): Promise<void> {
    const bytes = Buffer.from(text);
    return this.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]));
  }

  endStream(): Promise<void> {
    return this.write('0\r\n\r\n');
  }

  /** Resolves once the bytes are with the operating system, so that a break cannot swallow them. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** An orderly end of the connection (FIN), wherever the answer stands. */
  hangUp(): void {
    this.socket.destroySoon();
  }

  /** A TCP reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

function json(length: number): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', 'content-length': String(length) };
}

function head(status: number, headers: Readonly<Record<string, string>>): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${fields.join('')}\r\n`;
}
