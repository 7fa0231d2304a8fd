import { once } from 'node:events';
import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One exchange as it passed, both ways. */
export interface Overheard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
  readonly answerHeaders: IncomingHttpHeaders;
  readonly answer: string;
}

/** Stands between a client and a server, passes everything on as it is, and keeps what it has seen. */
export class Tap {
  readonly overheard: Overheard[] = [];
  private readonly server: Server;

  constructor(private readonly target: string) {
    this.server = createServer((incoming, outgoing) => {
      this.pass(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** Ends every connection, finished or not. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Without a trailing slash. */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the tap is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const body = await buffer(incoming);
    const request = send(`${this.target}${path}`, { method, headers }).end(body);
    outgoing.once('close', () => request.destroy());
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const { statusCode: status = 0, headers: answerHeaders } = answer;
    outgoing.writeHead(status, answerHeaders);
    const seen: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      seen.push(chunk);
      outgoing.write(chunk);
    }
    const said = { method, path, headers, body: body.toString() };
    this.overheard.push({ ...said, status, answerHeaders, answer: Buffer.concat(seen).toString() });
    outgoing.end();
  }
}
