import { Module } from '@nestjs/common';
import { Resilience } from './resilience.js';

@Module({ providers: [Resilience], exports: [Resilience] })
export class ResilienceModule {}
