import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { Readiness } from '../observability/readiness.js';
import type { Deadline } from '../resilience/deadline.js';
import { RunningRequests } from './running-requests.js';

const GRACE_MS = 30_000;
const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);

/** The client's end of a connection. */
class Client extends EventEmitter {
  writableFinished = false;
  destroyed = false;

  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  close(finished: boolean): void {
    this.writableFinished = finished;
    this.destroyed = true;
    this.emit('close');
  }
}

describe('RunningRequests', () => {
  let readiness: Readiness;
  let running: RunningRequests;
  beforeEach(() => {
    vi.useFakeTimers();
    readiness = new Readiness();
    running = new RunningRequests(settings, readiness);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A request of a model whose requests may take a second. */
  function started(response: ServerResponse): Deadline {
    const deadline = running.start(response);
    deadline.limit(1_000);
    return deadline;
  }

  it('ends a request whose client leaves before its answer is whole, as 499', () => {
    const client = new Client();
    const deadline = started(client.response);
    client.close(false);
    expect(deadline.signal.reason).toMatchObject({ kind: 'client_closed_request', status: 499 });
    running.end(deadline);
  });

  it('ends a request whose client has left before it began', () => {
    const client = new Client();
    client.destroyed = true;
    const deadline = started(client.response);
    expect(deadline.signal.reason).toMatchObject({ kind: 'client_closed_request' });
    running.end(deadline);
  });

  it('does not take a connection for left that closes after the whole answer', () => {
    const client = new Client();
    const deadline = started(client.response);
    client.close(true);
    expect(deadline.signal.aborted).toBe(false);
    running.end(deadline);
  });

  it('ends a request whose time runs out, as 504', () => {
    const deadline = started(new Client().response);
    vi.advanceTimersByTime(1_000);
    expect(deadline.signal.reason).toMatchObject({ kind: 'upstream_timeout', status: 504 });
    running.end(deadline);
  });

  it('stops at once when nothing runs, and takes no new requests', async () => {
    await running.beforeApplicationShutdown();
    expect(readiness.isDraining).toBe(true);
  });

  it('waits for the last request to end', async () => {
    const deadlines = [1, 2].map(() => running.start(new Client().response));
    let stopped = false;
    const stopping = running.beforeApplicationShutdown().then(() => (stopped = true));
    expect(readiness.isDraining).toBe(true);
    for (const deadline of deadlines) {
      await vi.advanceTimersByTimeAsync(1_000);
      expect(stopped).toBe(false);
      running.end(deadline);
    }
    await stopping;
    expect(vi.getTimerCount()).toBe(0);
    expect(deadlines.every(({ signal }) => !signal.aborted)).toBe(true);
  });

  it('ends requests that outlast the grace period, and gives them time to say so', async () => {
    const deadline = running.start(new Client().response);
    let stopped = false;
    const stopping = running.beforeApplicationShutdown().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(GRACE_MS - 1);
    expect(deadline.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(deadline.signal.reason).toMatchObject({ kind: 'overloaded', status: 503 });
    expect(stopped).toBe(false);
    running.end(deadline);
    await stopping;
  });

  it('does not wait for ever for a request that will not end', async () => {
    const deadline = running.start(new Client().response);
    const stopping = running.beforeApplicationShutdown();
    await vi.advanceTimersByTimeAsync(GRACE_MS + 2_000);
    await expect(stopping).resolves.toBeUndefined();
    running.end(deadline);
    expect(vi.getTimerCount()).toBe(0);
  });
});
