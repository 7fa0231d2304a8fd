/** A plain client of the gateway: what `curl` would see, without an SDK's retries and interpretation. */

interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A string goes out as it is, so that a test decides every byte. */
export function postChat(gateway: { readonly url: string }, body: object | string, options: PostOptions = {}) {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: options.signal ?? null,
  });
}

export function ask(model: string, extra: object = {}): object {
  return { model, messages: [{ role: 'user', content: 'ping' }], ...extra };
}

export function askStream(model: string, extra: object = {}): object {
  return ask(model, { stream: true, ...extra });
}

/** Reads an event stream block by block, as it comes in. A block is what stands between two blank lines. */
export class EventReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly decoder = new TextDecoder();
  private pending = '';

  constructor(response: Response) {
    if (response.body === null) throw new Error('the response has no body');
    this.reader = response.body.getReader();
  }

  /** The next block with its blank line; `undefined` once the stream has ended. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.pending.indexOf('\n\n');
      if (end >= 0) return this.take(end + 2);
      const { done, value } = await this.reader.read();
      if (done) return this.pending === '' ? undefined : this.take(this.pending.length);
      this.pending += this.decoder.decode(value, { stream: true });
    }
  }

  async rest(): Promise<string> {
    let text = '';
    for (let block = await this.next(); block !== undefined; block = await this.next()) text += block;
    return text;
  }

  private take(length: number): string {
    const block = this.pending.slice(0, length);
    this.pending = this.pending.slice(length);
    return block;
  }
}
