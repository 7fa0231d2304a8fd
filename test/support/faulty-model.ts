import type { Behaviour, FaultyCall, Turn } from './faulty-call.js';

/** A model of a faulty vendor: what it has to say, the script of how it says it, and the calls it has seen. */
export class FaultyModel {
  readonly calls: FaultyCall[] = [];
  /** The most calls that ran at once. */
  mostAtOnce = 0;
  private running = 0;

  constructor(
    readonly id: string,
    readonly text: string,
    private readonly script: readonly Behaviour[],
  ) {}

  async answer(turn: Omit<Turn, 'text'>): Promise<void> {
    this.calls.push(turn.call);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    const behaviour = this.script[Math.min(this.calls.length, this.script.length) - 1];
    try {
      await behaviour?.({ ...turn, text: this.text });
    } catch (error) {
      // A caller that leaves ends a script half-way; anything else is a fault of the test and must surface.
      if (!turn.answer.isOver) throw error;
    } finally {
      this.running--;
    }
  }

  /** The call with this index, which has come. */
  call(index: number): FaultyCall {
    const call = this.calls[index];
    if (call === undefined) throw new Error(`${this.id} was called ${this.calls.length} times`);
    return call;
  }
}
