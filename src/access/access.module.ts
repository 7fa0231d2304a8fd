import { Module } from '@nestjs/common';
import { KeyRing } from './key-ring.js';

@Module({ providers: [KeyRing], exports: [KeyRing] })
export class AccessModule {}
