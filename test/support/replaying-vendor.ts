import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { JsonObject } from '../../src/dialects/conversation.js';
import type { Recording } from './recordings.js';

/**
 * A vendor on 127.0.0.1 that speaks every recorded wire format: the name of the model, in the path or in the body, says
 * which recording answers.
 */
export class ReplayingVendor {
  /** The body that each model was last asked with. */
  readonly asked = new Map<string, JsonObject>();
  private readonly server: Server;

  constructor(private readonly recordings: ReadonlyMap<string, Recording>) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Without a path. */
  get url(): string {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the vendor is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === 'POST' ? ((await json(request)) as JsonObject) : {};
    const [, inPath = ''] = /\/models?\/([^/:]+)/.exec(request.url ?? '') ?? [];
    const model = typeof body['model'] === 'string' ? body['model'] : decodeURIComponent(inPath);
    this.asked.set(model, body);
    const recording = this.recordings.get(model);
    response.writeHead(recording?.status ?? 404, { 'content-type': recording?.contentType ?? 'application/json' });
    response.end(recording?.bytes ?? '{}');
  }
}
