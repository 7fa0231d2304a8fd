import { distribution } from '../statistics.ts';
import { type Answer, chatRequest, Connection } from './connection.ts';
import type { DriveJob, DriveResult } from './protocol.ts';

const maxFailures = 100;
/** A device that has not answered by then is taken to hang. */
const drainMs = 15_000;

export async function drive(job: DriveJob, onProgress: (requests: number) => void): Promise<DriveResult> {
  const request = chatRequest(job.port, job.body);
  const latencyMs: number[] = [];
  const firstEventMs: number[] = [];
  const gapsMs: number[] = [];
  const failures: string[] = [];
  const startedAt = performance.now();
  const open = new Set<Connection>();
  const ended = Promise.withResolvers<void>();
  let unfinished = job.connections;
  let sent = 0;

  const finish = (connection: Connection): void => {
    connection.close();
    open.delete(connection);
    unfinished--;
    if (unfinished === 0) ended.resolve();
  };

  const sendNext = (connection: Connection): void => {
    const isOver =
      sent >= job.maxRequests || performance.now() - startedAt >= job.durationMs || failures.length >= maxFailures;
    if (!isOver) {
      sent++;
      return connection.send(request);
    }
    finish(connection);
  };

  const record = (answer: Answer): void => {
    const fault = faultOf(answer, job.eventsPerAnswer);
    if (fault !== undefined) return void failures.push(fault);
    latencyMs.push(answer.latencyMs);
    if (answer.firstEventMs !== undefined) firstEventMs.push(answer.firstEventMs);
    for (const gapMs of answer.gapsMs) gapsMs.push(gapMs);
    if (job.progressEvery > 0 && latencyMs.length % job.progressEvery === 0) onProgress(latencyMs.length);
  };

  const connect = (): void => {
    const connection = new Connection(
      job.port,
      (answer) => {
        record(answer);
        sendNext(connection);
      },
      (reason) => {
        failures.push(reason);
        if (failures.length < maxFailures) {
          unfinished++;
          connect();
        }
        finish(connection);
      },
    );
    open.add(connection);
    sendNext(connection);
  };

  for (let index = 0; index < job.connections; index++) {
    if (job.startOverMs === 0) connect();
    else setTimeout(connect, (index / job.connections) * job.startOverMs);
  }
  const hung = setTimeout(() => {
    failures.push(`${unfinished} requests had no whole answer ${drainMs} ms after the load ended`);
    for (const connection of open) connection.close();
    ended.resolve();
  }, job.durationMs + drainMs);
  await ended.promise;
  clearTimeout(hung);

  return {
    requests: latencyMs.length,
    failures: failures.length,
    firstFailure: failures[0],
    elapsedMs: performance.now() - startedAt,
    latencyMs: distribution(latencyMs),
    firstEventMs: distribution(firstEventMs),
    gapMs: distribution(gapsMs),
  };
}

function faultOf(answer: Answer, eventsExpected: number): string | undefined {
  if (answer.status !== 200) return `answered ${answer.status}`;
  if (answer.events !== eventsExpected) return `sent ${answer.events} events instead of ${eventsExpected}`;
  return undefined;
}
