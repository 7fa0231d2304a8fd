import type { ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { GatewayError } from '../errors/gateway-error.js';
import { Readiness } from '../observability/readiness.js';
import { Deadline } from '../resilience/deadline.js';

/** Owns the deadline of every request that runs, and ends them: when the client leaves, and when the process stops. */
@Injectable()
export class RunningRequests implements BeforeApplicationShutdown {
  private readonly deadlines = new Set<Deadline>();
  private onIdle = (): void => {};

  constructor(
    private readonly settings: Settings,
    private readonly readiness: Readiness,
  ) {}

  /** @param response the client's; when it closes unfinished, everything the request started ends */
  start(response: ServerResponse): Deadline {
    const deadline = new Deadline(this.settings.resilience.timeouts.totalMs, outOfTime);
    this.deadlines.add(deadline);
    const leave = (): void => {
      if (response.writableFinished) return;
      deadline.abort(new GatewayError('client_closed_request', 'The client closed the connection.'));
    };
    if (response.destroyed) leave();
    else response.once('close', leave);
    return deadline;
  }

  end(deadline: Deadline): void {
    deadline.clear();
    this.deadlines.delete(deadline);
    if (this.deadlines.size === 0) this.onIdle();
  }

  /** Takes no new requests, lets running ones finish for the grace period, then ends them. */
  async beforeApplicationShutdown(): Promise<void> {
    this.readiness.beginDrain();
    if (await this.idleWithin(this.settings.server.shutdownGraceMs)) return;
    for (const deadline of this.deadlines) {
      deadline.abort(new GatewayError('overloaded', 'The gateway is stopping.'));
    }
    await this.idleWithin(CLOSE_MS);
  }

  private idleWithin(ms: number): Promise<boolean> {
    if (this.deadlines.size === 0) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ms);
    this.onIdle = () => resolve(true);
    return promise.finally(() => clearTimeout(timer));
  }
}

/** Ample for writing one error event to a client. */
const CLOSE_MS = 2_000;

function outOfTime(totalMs: number): GatewayError {
  return new GatewayError('upstream_timeout', `The request did not finish within ${totalMs} ms.`);
}
