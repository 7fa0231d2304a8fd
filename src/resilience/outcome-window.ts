import type { Trouble } from './trouble.js';

/** How one call went. It may still go wrong after it was counted as one that went well: a stream can be cut. */
export interface Outcome {
  readonly trouble: Trouble | undefined;
}

/** The outcomes of the last calls, of which one kind is bad. A call is in it once. */
export class OutcomeWindow {
  private readonly outcomes: Outcome[] = [];

  constructor(private readonly bad: Trouble) {}

  get count(): number {
    return this.outcomes.length;
  }

  /** From 0 to 100; 0 where nothing was counted. */
  get badPercent(): number {
    const bad = this.outcomes.filter(({ trouble }) => trouble === this.bad).length;
    return this.count === 0 ? 0 : (100 * bad) / this.count;
  }

  /** @param size how many outcomes count */
  record(outcome: Outcome, size: number): void {
    if (!this.outcomes.includes(outcome)) this.outcomes.push(outcome);
    while (this.outcomes.length > size) this.outcomes.shift();
  }

  clear(): void {
    this.outcomes.length = 0;
  }
}
