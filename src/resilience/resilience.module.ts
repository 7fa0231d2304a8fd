import { Module } from '@nestjs/common';
import { Resilience } from './resilience.js';
import { TargetStates } from './target-states.js';

const PROVIDED = [TargetStates, Resilience];

@Module({ providers: PROVIDED, exports: PROVIDED })
export class ResilienceModule {}
