import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { firstMessage, pidOf, startProcess } from '../machine/processes.ts';
import type { DriveJob, DriveResult, HoldJob, LoadCommand, LoadReport } from './protocol.ts';

const script = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Our handle on the load process. It stays for the whole run, so that its own code is warm when times are taken. */
export class LoadGenerator {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async start(cores: string | undefined): Promise<LoadGenerator> {
    const child = startProcess({ script, cores });
    await firstMessage(child);
    return new LoadGenerator(child);
  }

  get pid(): number {
    return pidOf(this.child);
  }

  async drive(job: DriveJob, onProgress: (requests: number) => void = () => undefined): Promise<DriveResult> {
    const report = await this.ask({ kind: 'drive', job }, onProgress);
    if (report.kind !== 'driven') throw new Error(`unexpected report ${report.kind}`);
    return report.result;
  }

  async hold(job: HoldJob): Promise<void> {
    await this.ask({ kind: 'hold', job });
  }

  /** How many events the held streams have had. */
  async release(): Promise<number> {
    const report = await this.ask({ kind: 'release' });
    return report.kind === 'released' ? report.eventsSeen : 0;
  }

  private ask(command: LoadCommand, onProgress: (requests: number) => void = () => undefined): Promise<LoadReport> {
    return new Promise((resolve, reject) => {
      const onMessage = (report: LoadReport): void => {
        if (report.kind === 'progress') return onProgress(report.requests);
        this.child.off('message', onMessage);
        this.child.off('exit', onExit);
        if (report.kind === 'failed') reject(new Error(report.reason));
        else resolve(report);
      };
      const onExit = (): void => reject(new Error('the load generator ended'));
      this.child.on('message', onMessage);
      this.child.once('exit', onExit);
      this.child.send(command);
    });
  }
}
