import { Injectable, Logger } from '@nestjs/common';
import type { TokenUsage } from '../dialects/token-usage.js';
import type { Exchange } from '../exchange/exchange.js';
import { PriceBook } from './price-book.js';
import { TokenCounter } from './token-counter.js';

export interface MeteredAnswer {
  /** What the vendor reported; `undefined` makes the meter count. */
  readonly usage: TokenUsage | undefined;
  /** The vendor's exact name for the model, where the answer had one. */
  readonly model: string | undefined;
  readonly priceId: string | undefined;
  /** What went in and what came out, for counting. */
  readonly prompt: () => string;
  readonly written: () => { readonly text: string; readonly length: number };
}

/** Tally, then price: fills in an exchange's tokens and cost. */
@Injectable()
export class UsageMeter {
  private readonly logger = new Logger(UsageMeter.name);

  constructor(
    private readonly priceBook: PriceBook,
    private readonly tokenCounter: TokenCounter,
  ) {}

  /** Never throws: an answer that was paid for is not lost because it could not be counted. */
  async settle(exchange: Exchange, answer: MeteredAnswer): Promise<void> {
    try {
      await this.tally(exchange, answer);
    } catch (error) {
      exchange.cost = { state: 'unknown' };
      this.logger.error({ err: error, requestId: exchange.id }, 'the answer could not be counted');
    }
  }

  private async tally(exchange: Exchange, answer: MeteredAnswer): Promise<void> {
    exchange.usageState = answer.usage ? 'reported' : 'estimated';
    exchange.usage = answer.usage ?? (await this.estimate(answer));
    const { target, usage, time } = exchange;
    if (!target) return;
    const models = answer.model === undefined ? [target.model] : [answer.model, target.model];
    exchange.cost = this.priceBook.cost({ provider: target.provider, priceId: answer.priceId, models, usage, time });
  }

  private async estimate(answer: MeteredAnswer): Promise<TokenUsage> {
    const { text, length } = answer.written();
    return {
      inputTokens: await this.tokenCounter.count(answer.prompt()),
      outputTokens: await this.tokenCounter.count(text, length),
    };
  }
}
