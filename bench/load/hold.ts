import { setTimeout as sleep } from 'node:timers/promises';
import { chatRequest, Connection } from './connection.ts';
import type { HoldJob } from './protocol.ts';

/** Opened at once they would be more than a listen queue takes. */
const openedTogether = 50;
const pollMs = 10;
const openWithinMs = 30_000;

/** Returns when each stream has had its first event. Throws when one ends or does not come. */
export async function hold(job: HoldJob): Promise<Connection[]> {
  const request = chatRequest(job.port, job.body);
  const deadline = performance.now() + openWithinMs;
  const connections: Connection[] = [];
  let fault: string | undefined;
  const close = (): void => connections.forEach((connection) => connection.close());
  while (connections.length < job.streams) {
    const batch = Array.from({ length: Math.min(openedTogether, job.streams - connections.length) }, () => {
      const connection = new Connection(
        job.port,
        (answer) => (fault ??= `a stream ended early with status ${answer.status}`),
        (reason) => (fault ??= reason),
      );
      connection.send(request);
      return connection;
    });
    connections.push(...batch);
    while (fault === undefined && batch.some((connection) => connection.eventsSeen === 0)) {
      if (performance.now() > deadline) fault = `no first event on each stream within ${openWithinMs} ms`;
      await sleep(pollMs);
    }
    if (fault !== undefined) {
      close();
      throw new Error(`after ${connections.length} streams: ${fault}`);
    }
  }
  return connections;
}
