import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { Readiness } from '../observability/readiness.js';
import { RunningRequests } from './running-requests.js';

const GRACE_MS = 30_000;
const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);

/** The client's end of a connection. */
class Client extends EventEmitter {
  writableFinished = false;

  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  close(finished: boolean): void {
    this.writableFinished = finished;
    this.emit('close');
  }

  destroy(): void {
    this.close(false);
  }
}

describe('RunningRequests', () => {
  let readiness: Readiness;
  let running: RunningRequests;
  let client: Client;
  beforeEach(() => {
    vi.useFakeTimers();
    readiness = new Readiness();
    running = new RunningRequests(settings, readiness);
    client = new Client();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends a request whose client leaves before its answer is whole, as 499', () => {
    const { signal } = running.start(client.response);
    client.close(false);
    expect(signal.reason).toMatchObject({ kind: 'client_closed_request', status: 499 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not take a connection for left that closes after the whole answer', () => {
    const { signal } = running.start(client.response);
    client.close(true);
    expect(signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a request whose time runs out, as 504, and cuts a client that does not read even that', () => {
    const deadline = running.start(client.response);
    deadline.limit(1_000);
    vi.advanceTimersByTime(1_000);
    expect(deadline.signal.reason).toMatchObject({ kind: 'upstream_timeout', status: 504 });
    const closed = vi.fn<() => void>();
    client.once('close', closed);
    vi.advanceTimersByTime(2_000);
    expect(closed).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops at once when nothing runs, and takes no new requests', async () => {
    await running.beforeApplicationShutdown();
    expect(readiness.isDraining).toBe(true);
  });

  it('waits until the last answer has left', async () => {
    const clients = [client, new Client()];
    const signals = clients.map(({ response }) => running.start(response).signal);
    let stopped = false;
    const stopping = running.beforeApplicationShutdown().then(() => (stopped = true));
    for (const each of clients) {
      await vi.advanceTimersByTimeAsync(1_000);
      expect(stopped).toBe(false);
      each.close(true);
    }
    await stopping;
    expect(vi.getTimerCount()).toBe(0);
    expect(signals.every(({ aborted }) => !aborted)).toBe(true);
  });

  it('ends requests that outlast the grace period, and gives them time to say so', async () => {
    const { signal } = running.start(client.response);
    let stopped = false;
    const stopping = running.beforeApplicationShutdown().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(GRACE_MS - 1);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(signal.reason).toMatchObject({ kind: 'overloaded', status: 503, retryAfterMs: 1_000 });
    expect(stopped).toBe(false);
    client.close(true);
    await stopping;
  });

  it('cuts a client that does not read the end of its answer', async () => {
    running.start(client.response);
    const stopping = running.beforeApplicationShutdown();
    await vi.advanceTimersByTimeAsync(GRACE_MS + 2_000);
    await expect(stopping).resolves.toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});
