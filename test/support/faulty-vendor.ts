import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Behaviour, type Connection, connectionOf, hear } from './faulty-call.js';
import { FaultyModel } from './faulty-model.js';
import { RawAnswer, RequestCutter, type RawRequest } from './raw-http.js';
import { anthropicTongue } from './tongues/anthropic.tongue.js';
import { openAiChatTongue } from './tongues/openai-chat.tongue.js';
import type { Dialect, Tongue } from './tongues/tongue.js';

const TONGUES: Readonly<Record<Dialect, Tongue>> = {
  'openai-chat': openAiChatTongue,
  'anthropic-messages': anthropicTongue,
};

/** The type of the gateway's provider that speaks a dialect. */
const TYPES: Readonly<Record<Dialect, string>> = {
  'openai-chat': 'openai-compatible',
  'anthropic-messages': 'anthropic',
};

/**
 * A vendor on 127.0.0.1 that fails in every way in which a vendor can fail. It speaks HTTP over raw sockets, OpenAI's chat
 * and Anthropic's messages. Each test takes a model of its own, so tests may run at the same time.
 */
export class FaultyVendor {
  private server: Server | undefined;
  private port = 0;
  private connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly answering = new Set<Promise<void>>();
  private readonly models = new Map<string, FaultyModel>();

  constructor(readonly name: string) {}

  /** Listens, on the port it had before. */
  async goUp(): Promise<void> {
    const server = createServer((socket) => this.accept(socket));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the vendor listens nowhere');
    this.port = address.port;
    this.server = server;
  }

  /** Refuses connections, and breaks those that are there: every other one with a reset, the rest in an orderly way. */
  async goDown(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const [index, socket] of [...this.sockets].entries()) {
      if (index % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
    await closed;
    await this.abandoned();
  }

  get isUp(): boolean {
    return this.server !== undefined;
  }

  get openSockets(): number {
    return this.sockets.size;
  }

  /** Without a version or a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** This vendor as an entry under `providers` in the gateway's settings. */
  settings(dialect: Dialect): object {
    const baseUrl = `${this.url}/v1`;
    return { type: TYPES[dialect], baseUrl, apiKey: `key-of-${this.name}`, allowPrivateNetwork: true };
  }

  /** @param script how it answers call after call; the last one serves every further call */
  model(id: string, text: string, ...script: readonly Behaviour[]): FaultyModel {
    const model = new FaultyModel(id, text, script);
    this.models.set(id, model);
    return model;
  }

  /** Resolves once no call is being answered, or held, any more. */
  async settled(): Promise<void> {
    while (this.answering.size > 0) await Promise.all(this.answering);
  }

  /** Resolves once every connection is gone. */
  async abandoned(): Promise<void> {
    while (this.sockets.size > 0) await Promise.all([...this.sockets].map((socket) => once(socket, 'close')));
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    const connection = connectionOf(socket, ++this.connections);
    const cutter = new RequestCutter();
    let last = Promise.resolve();
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      for (const request of cutter.push(bytes)) last = last.then(() => this.serve(request, connection));
    });
    // A reset by the other side; `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }

  private async serve(request: RawRequest, connection: Connection): Promise<void> {
    const answering = this.answer(request, connection);
    this.answering.add(answering);
    await answering.finally(() => this.answering.delete(answering));
  }

  private async answer(request: RawRequest, connection: Connection): Promise<void> {
    const answer = new RawAnswer(connection.socket);
    if (request.method === 'GET') return this.listModels(answer);
    const call = hear(request, connection);
    const model = this.models.get(call.model);
    const tongue = TONGUES[call.dialect];
    if (model === undefined) return answer.whole(404, JSON.stringify(tongue.error(404, `no model ${call.model}`)));
    await model.answer({ call, answer, tongue });
  }

  private listModels(answer: RawAnswer): Promise<void> {
    const data = [...this.models.keys()].map((id) => ({ id, object: 'model', created: 1, owned_by: this.name }));
    return answer.whole(200, JSON.stringify({ object: 'list', data }));
  }
}
