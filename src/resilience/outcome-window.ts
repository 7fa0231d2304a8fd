/** How one call went. */
export type Outcome = 'good' | 'bad';

/** The outcomes of the last calls. */
export class OutcomeWindow {
  private readonly outcomes: Outcome[] = [];

  get count(): number {
    return this.outcomes.length;
  }

  /** From 0 to 100; 0 where nothing was counted. */
  get badPercent(): number {
    const bad = this.outcomes.filter((outcome) => outcome === 'bad').length;
    return this.count === 0 ? 0 : (100 * bad) / this.count;
  }

  /** @param size how many outcomes count */
  record(outcome: Outcome, size: number): void {
    this.outcomes.push(outcome);
    while (this.outcomes.length > size) this.outcomes.shift();
  }

  clear(): void {
    this.outcomes.length = 0;
  }
}
