import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One call that reached the vendor. Times are `performance.now()` of the test's own process. */
export interface VendorCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly receivedAt: number;
  /** Counts the vendor's connections from 1: two calls with the same number came over the same socket. */
  readonly connection: number;
  readonly socket: Socket;
  readonly response: ServerResponse;
  /** Aborted once the connection of this call is closed by either side. */
  readonly signal: AbortSignal;
  /** Resolves with the time at which the caller hung up before the answer was complete, and never otherwise. */
  readonly hungUpAt: Promise<number>;
}

export type Answer = (call: VendorCall) => void | Promise<void>;

/** A model of the fake vendor: the script of its answers and the calls it has seen. */
export class FakeModel {
  readonly calls: VendorCall[] = [];
  private readonly arrivals: Array<() => void> = [];

  constructor(
    /** What the vendor calls it. */
    readonly id: string,
    /** What a client of the gateway calls it: `provider/id`. */
    readonly name: string,
    private readonly answers: readonly Answer[],
  ) {}

  /** Answers call after call with the script; its last answer serves every further call. */
  receive(call: VendorCall): Answer | undefined {
    this.calls.push(call);
    for (const arrived of this.arrivals.splice(0)) arrived();
    return this.answers[Math.min(this.calls.length, this.answers.length) - 1];
  }

  /** The call with this index, awaited where it has not come yet. */
  async call(index: number): Promise<VendorCall> {
    for (;;) {
      const call = this.calls[index];
      if (call !== undefined) return call;
      await new Promise<void>((resolve) => this.arrivals.push(resolve));
    }
  }
}

/** A scriptable OpenAI-like vendor on 127.0.0.1. Each test takes a model of its own, so tests may run at the same time. */
export class FakeVendor {
  /** Model ids that `GET /v1/models` lists; such a call is not part of any script. */
  listedModels: readonly string[] = ['listed-by-vendor'];
  readonly apiKey: string;
  connections = 0;
  private readonly models = new Map<string, FakeModel>();
  private readonly connectionNumbers = new WeakMap<Socket, number>();
  private readonly server: Server;

  constructor(readonly provider: string) {
    this.apiKey = `sk-key-of-${provider}`;
    this.server = createServer((request, response) => void this.receive(request, response));
    this.server.on('connection', (socket) => this.connectionNumbers.set(socket, ++this.connections));
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

  get baseUrl(): string {
    const address = this.server.address();
    if (!isTcp(address)) throw new Error('the vendor is not listening');
    return `http://127.0.0.1:${address.port}/v1`;
  }

  /** This vendor as an entry under `providers` in the gateway's settings. */
  get settings(): object {
    return {
      type: 'openai-compatible',
      baseUrl: this.baseUrl,
      apiKey: this.apiKey,
      allowPrivateNetwork: true,
    };
  }

  model(...answers: readonly Answer[]): FakeModel {
    return this.modelNamed(`model-${this.models.size + 1}`, ...answers);
  }

  modelNamed(id: string, ...answers: readonly Answer[]): FakeModel {
    const model = new FakeModel(id, `${this.provider}/${id}`, answers);
    this.models.set(id, model);
    return model;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return this.listModels(response);
    const hangUp = new AbortController();
    const hungUpAt = new Promise<number>((resolve) => {
      response.once('close', () => {
        if (!response.writableFinished) resolve(performance.now());
        hangUp.abort();
      });
    });
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const call: VendorCall = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      receivedAt: performance.now(),
      connection: this.connectionNumbers.get(request.socket) ?? 0,
      socket: request.socket,
      response,
      signal: hangUp.signal,
      hungUpAt,
    };
    const answer = this.models.get(modelIn(body))?.receive(call);
    if (answer === undefined) return endWith(response, 404, { error: { message: 'no such model at the fake vendor' } });
    try {
      await answer(call);
    } catch (error) {
      // A caller that hangs up ends a script half-way; anything else is a fault of the test and must surface.
      if (!request.socket.destroyed) throw error;
    }
  }

  private listModels(response: ServerResponse): void {
    const data = this.listedModels.map((id) => ({ id, object: 'model', created: 1, owned_by: this.provider }));
    endWith(response, 200, { object: 'list', data });
  }
}

export async function startFakeVendor(provider = 'vendor'): Promise<FakeVendor> {
  return new FakeVendor(provider).start();
}

function endWith(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function isTcp(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function modelIn(body: Buffer): string {
  const value: unknown = JSON.parse(body.toString());
  if (typeof value !== 'object' || value === null || !('model' in value)) return '';
  return typeof value.model === 'string' ? value.model : '';
}
