/** Retries that may be under way at once whatever the percentage is, so that a quiet gateway retries at all. */
const ALWAYS_ALLOWED = 3;

/** What those retries can owe at most, so that a quiet hour with a dead vendor is forgotten after some calls. */
const MOST_OWED = 10;

/**
 * Keeps the retries at one provider to a share of its calls, in two ways: of the calls that run, and of the calls that
 * were made. The first alone would let fast retries multiply while slow first calls run; the second alone would let a
 * provider's savings go out all at once.
 */
export class RetryBudget {
  private calls = 0;
  private retries = 0;
  /** Retries that first calls have paid for and that were not made yet. */
  private saved = 0;

  get runningRetries(): number {
    return this.retries;
  }

  /** A call begins that is not a retry. */
  callBegan(budgetPercent: number): void {
    this.calls++;
    this.saved = Math.min(this.saved + budgetPercent / 100, this.mostAtOnce(budgetPercent));
  }

  callEnded(): void {
    this.calls--;
  }

  /** @returns whether a retry may be made; one that may counts from now on, its pause included, until `retryEnded` */
  takeRetry(budgetPercent: number): boolean {
    const isAllowed =
      this.retries < ALWAYS_ALLOWED || (this.hasSavings && this.retries < this.mostAtOnce(budgetPercent));
    if (!isAllowed) return false;
    this.retries++;
    this.saved = Math.max(this.saved - 1, -MOST_OWED);
    return true;
  }

  /** The retry was answered, has failed, or will not be made. */
  retryEnded(): void {
    this.retries--;
  }

  /** The last savings are kept for the retries that are always allowed. */
  private get hasSavings(): boolean {
    return this.saved > ALWAYS_ALLOWED;
  }

  private mostAtOnce(budgetPercent: number): number {
    return Math.max(ALWAYS_ALLOWED, Math.floor((budgetPercent / 100) * this.calls));
  }
}
