import type { ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { GatewayError } from '../errors/gateway-error.js';
import { Readiness } from '../observability/readiness.js';
import { Deadline } from '../resilience/deadline.js';

/** Ample for writing one error to a client that reads. */
const CLOSE_MS = 1_000;
/** By then a load balancer has seen that this process is not ready. */
const RETRY_AFTER_STOP_MS = 1_000;

/**
 * Owns the deadline of every request, from its first header until its answer has left, and ends it: when the client
 * leaves, when time runs out, and when the process stops.
 */
@Injectable()
export class RunningRequests implements BeforeApplicationShutdown {
  private readonly running = new Map<Deadline, ServerResponse>();
  private onIdle = (): void => {};

  constructor(
    private readonly settings: Settings,
    private readonly readiness: Readiness,
  ) {}

  /** @param response the client's; when it closes unfinished, everything the request started ends */
  start(response: ServerResponse): Deadline {
    const deadline = new Deadline(this.settings.resilience.timeouts.totalMs, (totalMs) => {
      endSoon(response);
      return new GatewayError('upstream_timeout', `The request did not finish within ${totalMs} ms.`);
    });
    this.running.set(deadline, response);
    response.once('close', () => {
      if (response.writableFinished) deadline.clear();
      else deadline.abort(new GatewayError('client_closed_request', 'The client closed the connection.'));
      this.running.delete(deadline);
      if (this.running.size === 0) this.onIdle();
    });
    return deadline;
  }

  /** Takes no new requests, lets running ones finish for the grace period, then ends them. */
  async beforeApplicationShutdown(): Promise<void> {
    this.readiness.beginDrain();
    if (await this.idleWithin(this.settings.server.shutdownGraceMs)) return;
    for (const [deadline, response] of this.running) {
      endSoon(response);
      deadline.abort(stopping());
    }
    // A moment more than the last of them may take.
    await this.idleWithin(2 * CLOSE_MS);
  }

  private idleWithin(ms: number): Promise<boolean> {
    if (this.running.size === 0) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ms);
    this.onIdle = () => resolve(true);
    return promise.finally(() => clearTimeout(timer));
  }
}

export function stopping(): GatewayError {
  return new GatewayError('overloaded', 'The gateway is stopping.', { retryAfterMs: RETRY_AFTER_STOP_MS });
}

/** Whoever has ended a request says so to the client; one that does not read is not waited for. */
function endSoon(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), CLOSE_MS);
  response.once('close', () => clearTimeout(timer));
}
