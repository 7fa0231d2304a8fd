import { Injectable, Logger } from '@nestjs/common';
import type { ReplyFacts } from '../dialects/reply-facts.js';
import type { Attempt, Spending } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import { PriceBook } from './price-book.js';
import { TokenCounter } from './token-counter.js';

interface MeteredAnswer {
  /** Where the vendor reported no usage, the meter counts. */
  readonly facts: Pick<ReplyFacts, 'model' | 'usage' | 'written'>;
  /** Whether the answer came to its end. A vendor that broke off has not reported all that it wrote. */
  readonly isWhole: boolean;
  readonly priceId: string | undefined;
  /** What went in, for counting. */
  readonly prompt: () => string;
}

/** Tally, then price: fills in the tokens and cost of one attempt, and of the exchange with it. */
@Injectable()
export class UsageMeter {
  private readonly logger = new Logger(UsageMeter.name);

  constructor(
    private readonly priceBook: PriceBook,
    private readonly tokenCounter: TokenCounter,
  ) {}

  /** Never throws: an answer that was paid for is not lost because it could not be counted. */
  async settle(exchange: Exchange, attempt: Attempt, answer: MeteredAnswer): Promise<void> {
    try {
      attempt.spending = await this.spending(exchange, attempt, answer);
    } catch (error) {
      attempt.spending = { usage: undefined, usageState: 'estimated', cost: { state: 'unknown' } };
      this.logger.error({ err: error, requestId: exchange.id }, 'the answer could not be counted');
    }
    exchange.tally();
  }

  private async spending({ time }: Exchange, attempt: Attempt, answer: MeteredAnswer): Promise<Spending> {
    const { provider, model } = attempt;
    const { priceId, facts } = answer;
    const { usage, usageState } = await this.usageOf(answer);
    const models = facts.model === undefined ? [model] : [facts.model, model];
    return { usage, usageState, cost: this.priceBook.cost({ provider, priceId, models, usage, time }) };
  }

  private async usageOf({ facts, isWhole, prompt }: MeteredAnswer) {
    const { usage } = facts;
    if (usage && isWhole) return { usage, usageState: 'reported' } as const;
    const { text, length } = facts.written();
    const outputTokens = await this.tokenCounter.count(text, length);
    if (!usage) {
      const inputTokens = await this.tokenCounter.count(prompt());
      return { usage: { inputTokens, outputTokens }, usageState: 'estimated' } as const;
    }
    // Reported at the answer's beginning (Anthropic), or on its way.
    if (usage.outputTokens >= outputTokens) return { usage, usageState: 'reported' } as const;
    return { usage: { ...usage, outputTokens }, usageState: 'estimated' } as const;
  }
}
