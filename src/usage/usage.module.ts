import { Module } from '@nestjs/common';
import { PriceBook } from './price-book.js';
import { TokenCounter } from './token-counter.js';
import { UsageMeter } from './usage-meter.js';

@Module({ providers: [PriceBook, TokenCounter, UsageMeter], exports: [PriceBook, TokenCounter, UsageMeter] })
export class UsageModule {}
