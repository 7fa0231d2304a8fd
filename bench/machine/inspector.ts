import fs from 'node:fs';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
}

/** Talks to the inspector of a process that was started with `--inspect`, to ask what a look from outside cannot tell. */
export class Inspector {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private lastId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', (event) => {
      const { id = 0, result } = JSON.parse(String(event.data)) as Answer;
      this.waiting.get(id)?.resolve(result);
      this.waiting.delete(id);
    });
    socket.addEventListener('close', () => {
      for (const answer of this.waiting.values()) answer.reject(new Error('the inspector has gone'));
    });
  }

  /** @param logPath the file that the process's stderr goes to, where Node names the inspector's address */
  static async connect(logPath: string): Promise<Inspector> {
    const url = /^Debugger listening on (ws:\S+)$/m.exec(fs.readFileSync(logPath, 'utf8'))?.[1] ?? '';
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)), { once: true });
    });
    return new Inspector(socket);
  }

  /** What is still reachable: the heap after a full collection. */
  async liveHeapBytes(): Promise<number> {
    await this.ask('HeapProfiler.collectGarbage');
    const { usedSize } = (await this.ask('Runtime.getHeapUsage')) as { readonly usedSize: number };
    return usedSize;
  }

  close(): void {
    this.socket.close();
  }

  /** https://chromedevtools.github.io/devtools-protocol/v8/ */
  private ask(method: string): Promise<unknown> {
    const id = ++this.lastId;
    const answer = Promise.withResolvers<unknown>();
    this.waiting.set(id, answer);
    this.socket.send(JSON.stringify({ id, method }));
    return answer.promise;
  }
}
