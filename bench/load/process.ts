/** The load generator, in a process of its own: what it costs is not charged to the device under test. */
import type { Connection } from './connection.ts';
import { drive } from './drive.ts';
import { hold } from './hold.ts';
import type { LoadCommand, LoadReport } from './protocol.ts';

let held: Connection[] = [];

function report(message: LoadReport): void {
  process.send?.(message);
}

async function obey(command: LoadCommand): Promise<LoadReport> {
  if (command.kind === 'drive') {
    return { kind: 'driven', result: await drive(command.job, (requests) => report({ kind: 'progress', requests })) };
  }
  if (command.kind === 'hold') {
    held = await hold(command.job);
    return { kind: 'held' };
  }
  const eventsSeen = held.reduce((sum, connection) => sum + connection.eventsSeen, 0);
  for (const connection of held) connection.close();
  held = [];
  return { kind: 'released', eventsSeen };
}

process.on('message', (command: LoadCommand) => {
  obey(command).then(report, (error: unknown) => report({ kind: 'failed', reason: String(error) }));
});
process.on('disconnect', () => process.exit());
report({ kind: 'ready' });
