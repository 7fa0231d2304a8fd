/** One JSON line of the gateway's log, as far as the tests read it. */
export interface LogLine {
  readonly level?: string;
  readonly time?: string;
  readonly msg?: string;
  readonly url?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly endpoint?: string;
  readonly dialect?: string;
  readonly stream?: boolean;
  readonly modelRequested?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly status?: number;
  readonly outcome?: 'ok' | 'failed' | 'cancelled';
  readonly usage?: LoggedUsage;
  readonly cost?: { readonly usd: string | null; readonly state: 'priced' | 'free' | 'unknown' };
  readonly latencyMs?: number;
  readonly firstTokenMs?: number;
  readonly upstreamMs?: number;
  readonly overheadMs?: number;
  readonly attempts?: number;
  readonly error?: { readonly code?: string; readonly message?: string };
}

interface LoggedUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  readonly audioInputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly state: 'reported' | 'estimated';
}

interface Waiter {
  readonly wanted: (line: LogLine) => boolean;
  readonly resolve: (line: LogLine) => void;
  readonly reject: (reason: Error) => void;
}

/** Everything the gateway has logged, and a way to wait for what it has not logged yet. */
export class LogBook {
  readonly lines: LogLine[] = [];
  /** Lines of standard output that are not a JSON object: a log shipper would choke on them. */
  readonly strayLines: string[] = [];
  private waiters: readonly Waiter[] = [];
  private closedBecause: Error | undefined;

  add(text: string): void {
    const line = parseLine(text);
    if (line === undefined) {
      this.strayLines.push(text);
      return;
    }
    this.lines.push(line);
    for (const waiter of this.waiters) if (waiter.wanted(line)) waiter.resolve(line);
    this.waiters = this.waiters.filter((waiter) => !waiter.wanted(line));
  }

  /** Resolves with the first line that is wanted, logged already or still to come. */
  find(wanted: (line: LogLine) => boolean): Promise<LogLine> {
    const known = this.lines.find(wanted);
    if (known !== undefined) return Promise.resolve(known);
    if (this.closedBecause !== undefined) return Promise.reject(this.closedBecause);
    return new Promise((resolve, reject) => {
      this.waiters = [...this.waiters, { wanted, resolve, reject }];
    });
  }

  close(reason: Error): void {
    this.closedBecause = reason;
    for (const waiter of this.waiters) waiter.reject(reason);
    this.waiters = [];
  }
}

function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
